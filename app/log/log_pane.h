// SPDX-License-Identifier: GPL-3.0-or-later
// The Log place: every event of every node, filtered, with detail and bytes in step. Follows the tail only while it is already
// at the end; letters `e` `E` go to the next and previous trouble, `,` `.` to the neighbours of the same payment.
#pragma once
#include "feed/place.h"
#include "log/log_filter.h"

class QHBoxLayout;
class QPushButton;
class QSplitter;
class QTimer;

namespace indoubt::console::widgets {
class DataTable;
class EmptyState;
class FilterField;
class FilterLanguage;
class PaneHead;
class SegmentedControl;
class TextLabel;
}  // namespace indoubt::console::widgets

namespace indoubt::console::log {

class EventInspector;
class LogModel;

enum class LogMode { Follow, Causal, OnePayment };

class LogPane : public feed::Place {
    Q_OBJECT
  public:
    explicit LogPane(const feed::Context& context, QWidget* parent = nullptr);
    ~LogPane() override;
    QString id() const override { return QStringLiteral("log"); }
    QString title() const override { return tr("Log"); }
    void activate() override;
    void deactivate() override;
    bool focusFilter() override;
    void setFilter(const QString& filter) override;
    // Keeps the filter under a name, as a chip beside the field; an empty filter under a name takes it away.
    void keepFilter(const QString& name, const QString& filter);
    QList<QWidget*> regions() const override;

    QString filterText() const;
    LogMode mode() const { return m_mode; }
    void setMode(LogMode mode);
    LogModel* model() const { return m_model; }
    widgets::DataTable* table() const { return m_table; }
    EventInspector* inspector() const { return m_inspector; }
    bool counting() const { return m_filter->running(); }
    // Adds a term to the filter: "node:B".
    void applyAsFilter(const QString& term, bool negated = false);
    bool nextTrouble(int direction);  // false: none in that direction
    bool nextOfPayment(int direction);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void build();
    void buildHead();
    QWidget* buildList();
    QWidget* buildDetail();
    QWidget* buildFilterRow();
    void feedAdvanced(const feed::FeedDelta& delta);
    void refilter();
    void filterNew();
    void part(const FilterPart& part);
    void showCounts();
    void showEvent(const QModelIndex& index);
    void showEventOf(view::RowId id);
    void goTo(const events::EventRef& event);
    void selectRow(int row);
    void followSelection();
    void cellMenu(const QModelIndex& index, QPoint at);
    void copyRows(bool all);
    QString wholeFilter() const;
    FilterJob job(std::size_t from) const;
    void registerCommands();
    void pinFilter();
    void showPins();
    bool restless() const;  // the filter's answer changes with time alone

    LogMode m_mode = LogMode::Follow;
    std::unique_ptr<widgets::FilterLanguage> m_language;
    LogFilter* m_filter;
    LogModel* m_model;
    widgets::DataTable* m_table = nullptr;
    widgets::FilterField* m_field = nullptr;
    widgets::SegmentedControl* m_modes = nullptr;
    widgets::PaneHead *m_head = nullptr, *m_detailHead = nullptr;
    widgets::TextLabel* m_counts = nullptr;
    QHBoxLayout* m_pins = nullptr;
    QPushButton *m_clear = nullptr, *m_pin = nullptr;
    widgets::EmptyState* m_empty = nullptr;
    EventInspector* m_inspector = nullptr;
    QSplitter *m_rows = nullptr, *m_columns = nullptr;
    QString m_text;  // the valid filter in force
    view::Filter m_compiled;
    std::size_t m_scanned = 0;  // places the filter has looked at
    bool m_active = true, m_stale = false, m_selecting = false, m_quiet = false;
};

}  // namespace indoubt::console::log
