// SPDX-License-Identifier: GPL-3.0-or-later
// All accounts of all participants. Which ones are listed is worked out on a worker; what they hold now is read when drawn.
#pragma once
#include <QAbstractTableModel>

#include "feed/place.h"

namespace indoubt::console::money {

struct AccountKey {
    base::NodeId node;
    std::string account;
    friend bool operator==(const AccountKey&, const AccountKey&) = default;
};

// The worker's answer: who matches, and whether the money adds up (see `Sums`).
struct Sums {
    std::map<base::Currency, std::int64_t> posted, held;
    std::map<base::Currency, std::int64_t> off;      // posted minus opening minus what is under way; 0 = agrees
    std::map<base::Currency, std::int64_t> underWay; // applied at some branches of a payment and not yet at others
    std::size_t accounts = 0;
};
struct AccountScan {
    std::vector<AccountKey> keys;
    Sums sums;
    qint64 tookMs = 0;
};
// All words must be found in node, account, holder or currency; `held` alone means: something is on hold.
AccountScan scanAccounts(const view::View& view, const QString& words, bool masked);

class AccountsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Node, Account, Holder, Currency, Posted, Held, Available, Changed, ColumnCount };
    AccountsModel(const feed::Context& context, QObject* parent);
    void setFilter(const QString& words);
    void refresh();                                   // asks a worker again, at a pace the size allows
    void repaintAll();                                // values moved, rows did not
    const Sums& sums() const { return m_sums; }
    const AccountKey* keyAt(int row) const;
    int rowOf(base::NodeId node, const std::string& account) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    void scanned();

  private:
    QVariant text(const view::AccountRow& row, int column) const;
    void take(const AccountScan& scan);
    feed::Context m_context;
    std::vector<AccountKey> m_keys;
    Sums m_sums;
    std::map<base::Currency, std::int64_t> m_baseline;
    QString m_filter;
    QElapsedTimer m_since;
    qint64 m_pauseMs = 0;
    bool m_scanning = false, m_again = false, m_based = false;
};

}  // namespace indoubt::console::money
