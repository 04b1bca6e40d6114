// SPDX-License-Identifier: GPL-3.0-or-later
// BYTES: what was recorded, as hexadecimal, as text, or both, with the chosen field told in words below.
#pragma once
#include <QWidget>

#include "log/fields.h"

namespace indoubt::console::widgets {
class PaneHead;
class SegmentedControl;
}  // namespace indoubt::console::widgets

class QSplitter;

namespace indoubt::console::log {

class HexView;
class RecordTextView;

class BytesPane : public QWidget {
    Q_OBJECT
  public:
    // `full`: Hex | Text | Both, Copy and the foot; else the bytes alone, and the head names the field.
    explicit BytesPane(bool full, QWidget* parent = nullptr);
    void setRecorded(const Recorded& recorded);
    void setField(int field);  // -1: none; without fieldChosen
    const Recorded& shown() const { return m_recorded; }
    int field() const { return m_field; }
    HexView* hex() const { return m_hex; }
    void clear();

  signals:
    void fieldChosen(const QString& path);

  private:
    void showField();
    Recorded m_recorded;
    int m_field = -1;
    bool m_full;
    widgets::PaneHead* m_head;
    HexView* m_hex;
    RecordTextView* m_text;
    QSplitter* m_split;
    widgets::SegmentedControl* m_form = nullptr;
    class FieldFoot* m_foot = nullptr;
};

}  // namespace indoubt::console::log
