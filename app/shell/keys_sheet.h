// SPDX-License-Identifier: GPL-3.0-or-later
// F1: every key on one sheet.
#pragma once
#include <QDialog>

namespace indoubt::console::shell {

class KeysSheet : public QDialog {
    Q_OBJECT
  public:
    KeysSheet(bool singleKeys, QWidget* parent);

  signals:
    void singleKeysChanged(bool on);
};

}  // namespace indoubt::console::shell
