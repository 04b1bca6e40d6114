// SPDX-License-Identifier: GPL-3.0-or-later
// What Ctrl+K finds: payments by any reference, IBAN tail, amount or xid, and every command of the registry.
#pragma once
#include "feed/place.h"
#include "widgets/command_palette.h"

namespace indoubt::console::shell {

class PaymentProvider : public widgets::PaletteProvider {
  public:
    explicit PaymentProvider(const feed::Context& context) : m_context(context) {}
    QString heading() const override;
    QList<widgets::PaletteItem> search(const QString& query) override;
    bool ranked() const override { return true; }
    void choose(const QString& id) override;

  private:
    feed::Context m_context;
};

class CommandProvider : public widgets::PaletteProvider {
  public:
    explicit CommandProvider(const feed::Context& context) : m_context(context) {}
    QString heading() const override;
    QList<widgets::PaletteItem> search(const QString& query) override;
    void choose(const QString& id) override;

  private:
    feed::Context m_context;
};

}  // namespace indoubt::console::shell
