// SPDX-License-Identifier: GPL-3.0-or-later
// The right of the Desk: the verdict on the selected payment, what it rests on, what to tell the customer, and the actions that
// fit, the safe ones first. Forcing is a small link at the bottom. Bound to the xid it shows, never to a row.
#pragma once
#include <QElapsedTimer>
#include <QWidget>
#include <optional>

#include "desk/advice_words.h"
#include "desk/case_facts.h"

class QBoxLayout;
class QPushButton;
class QVBoxLayout;

namespace indoubt::console::widgets {
class GlyphLabel;
class PaneHead;
class TextLabel;
}  // namespace indoubt::console::widgets

namespace indoubt::console::desk {

class FactsList;

class AdvicePane : public QWidget {
    Q_OBJECT
  public:
    AdvicePane(const feed::Context& context, QWidget* parent);
    void refresh();                              // from the view, for the selected payment
    void setWatching(bool watching);             // somebody waits to be told

  signals:
    void tellMe(const indoubt::base::Xid& xid);
    void forceChosen(const indoubt::console::desk::Force& force);  // a preview, nothing is sent

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;

  private:
    struct Order {
        client::Action action;
        std::optional<base::NodeId> branch;
        bool answered;
        QElapsedTimer since;
    };
    QWidget* makeVerdict();
    QWidget* makeCustomer();
    QString whyOff() const;   // why nothing can be acted on; empty: it can
    void act(const AdviceAction& action);
    void send(client::Action action, std::optional<base::NodeId> branch, const QString& reason, const QString& what);
    void follow(client::Action action, std::optional<base::NodeId> branch);
    void chooseForce();
    void openForce(const Force& force);
    void abortAtCoordinator();
    void forget(const AdviceAction& action);
    void fillActions(const AdviceWords& words, bool off);
    void fillFacts(const view::Transaction& transaction, const AdviceWords& words);
    void readLog(const AdviceAction& action);
    void showResult(theme::Glyph glyph, const QString& text, const QString& logFilter = {});
    void checkOrder(const view::Transaction& transaction);

    feed::Context m_context;
    base::Xid m_xid;
    std::optional<Order> m_order;  // sent or carried out; its outcome is still being checked
    QStringList m_shownActions;
    widgets::PaneHead* m_head;
    QWidget* m_body;
    widgets::GlyphLabel *m_glyph, *m_resultGlyph;
    widgets::TextLabel *m_title, *m_reason, *m_settles, *m_customer, *m_customerHead, *m_nothing, *m_result, *m_off, *m_why;
    QVBoxLayout* m_actions;
    QBoxLayout* m_halves;
    FactsList *m_rests, *m_next;
    QWidget *m_case, *m_rule, *m_resultBox;
    view::PaymentState m_resultState = view::PaymentState::active;   // of the payment when the result was shown
    events::Outcome m_resultDecision = events::Outcome::none;
    QPushButton *m_force, *m_copyCustomer;
    bool m_watching = false, m_explained = false;
};

}  // namespace indoubt::console::desk
