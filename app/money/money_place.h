// SPDX-License-Identifier: GPL-3.0-or-later
// Money: accounts, what is on hold and who waits for whom, the history of one account, and whether the sums agree.
#pragma once
#include <QCheckBox>

#include "feed/place.h"

namespace indoubt::console::widgets {
class DataTable;
class EmptyState;
class FilterField;
class PaneHead;
class TextLabel;
}

namespace indoubt::console::money {

class AccountsModel;
class ListModel;

class MoneyPlace : public feed::Place {
    Q_OBJECT
  public:
    explicit MoneyPlace(const feed::Context& context, QWidget* parent = nullptr);
    QString id() const override { return QStringLiteral("money"); }
    QString title() const override { return tr("Money"); }
    void activate() override;
    bool focusFilter() override;
    void setFilter(const QString& filter) override;
    QList<QWidget*> regions() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    QWidget* makeAccounts();
    QWidget* makeSums();
    QWidget* makeHolds();
    QWidget* makeHistory();
    void refresh();
    void showHolds();
    void showHistory();
    void showSums();
    void setUnmasked(bool on);
    AccountsModel* m_accounts = nullptr;
    ListModel *m_sumsModel = nullptr, *m_holdsModel = nullptr, *m_historyModel = nullptr;
    widgets::DataTable *m_accountsTable = nullptr, *m_sumsTable = nullptr, *m_holdsTable = nullptr, *m_historyTable = nullptr;
    widgets::FilterField* m_field = nullptr;
    widgets::PaneHead *m_accountsHead = nullptr, *m_holdsHead = nullptr, *m_historyHead = nullptr, *m_sumsHead = nullptr;
    widgets::EmptyState *m_noHolds = nullptr, *m_noHistory = nullptr;
    QCheckBox* m_unmask = nullptr;
    bool m_dirty = true;
};

}  // namespace indoubt::console::money
