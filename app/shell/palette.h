// SPDX-License-Identifier: GPL-3.0-or-later
// What Ctrl+K finds: payments by any reference, name, IBAN tail, amount or xid, several words in any order, and every command of
// the registry.
#pragma once
#include <QObject>
#include <QTimer>
#include <vector>

#include "feed/place.h"
#include "widgets/command_palette.h"

namespace indoubt::console::shell {

// At once what the console's own view holds; then what only the cluster's logs still know. That takes a call: the list says that
// it searches, and `changed` when the answer is there.
class PaymentProvider : public QObject, public widgets::PaletteProvider {
    Q_OBJECT
  public:
    explicit PaymentProvider(const feed::Context& context);
    QString heading() const override;
    QList<widgets::PaletteItem> search(const QString& query) override;
    bool ranked() const override { return true; }
    void choose(const QString& id) override;

  signals:
    void changed();

  private:
    widgets::PaletteItem itemOf(const view::Transaction& transaction) const;
    void askLogs();
    void addByHolder(const QString& text, std::size_t most, std::vector<base::Xid>& found) const;
    feed::Context m_context;
    QTimer m_pause;                       // a call per word, not per letter
    QString m_wanted, m_answered, m_trouble;
    bool m_asking = false;
    std::vector<view::TransactionPtr> m_found;
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
