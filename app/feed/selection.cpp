// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/selection.h"

namespace indoubt::console::feed {

namespace {
constexpr std::size_t history_max = 200;
}

void Selection::selectPayment(const base::Xid& xid) {
    if (xid == m_xid && m_event.empty()) return;
    show(xid);
    remember();
}

void Selection::show(const base::Xid& xid) {
    const bool payment = xid != m_xid, event = !m_event.empty();
    m_xid = xid;
    m_event = {};
    if (payment) emit paymentChanged();
    if (event) emit eventChanged();
    emit changed();
}

void Selection::selectNode(base::NodeId node) {
    if (node == m_node) return;
    m_node = node;
    emit nodeChanged();
    emit changed();
}

void Selection::selectAccount(base::NodeId node, const QString& account) {
    if (account == m_account && node == m_node) return;
    const bool other = node != m_node;
    m_node = node;
    m_account = account;
    if (other) emit nodeChanged();
    emit accountChanged();
    emit changed();
}

void Selection::selectEvent(const events::EventRef& event, const base::Xid& xid) {
    if (event == m_event && (xid.empty() || xid == m_xid)) return;
    const bool payment = !xid.empty() && xid != m_xid;
    if (payment) m_xid = xid;
    m_event = event;
    if (payment) emit paymentChanged();
    emit eventChanged();
    emit changed();
    if (payment) remember();
}

void Selection::clear() {
    if (m_xid.empty() && m_event.empty()) return;
    show({});
}

void Selection::remember() {
    if (m_xid.empty() || (!m_history.empty() && m_history[m_at] == m_xid)) return;
    if (!m_history.empty()) m_history.resize(m_at + 1);
    m_history.push_back(m_xid);
    if (m_history.size() > history_max) m_history.erase(m_history.begin());
    m_at = m_history.size() - 1;
    emit historyChanged();
}

void Selection::back() {
    if (!canGoBack()) return;
    show(m_history[--m_at]);
    emit historyChanged();
}

void Selection::forward() {
    if (!canGoForward()) return;
    show(m_history[++m_at]);
    emit historyChanged();
}

}  // namespace indoubt::console::feed
