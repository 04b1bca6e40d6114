// SPDX-License-Identifier: GPL-3.0-or-later
// What a person writes or confirms in a dialog: a note, an abort at the coordinator, a forced outcome at one branch, its forgetting. Bound to the xid
// they were opened for; if the evidence changes while they are open, the act is blocked and says why.
#pragma once
#include "desk/case_facts.h"
#include "widgets/dialog_frame.h"

class QLineEdit;

namespace indoubt::console::desk {

class AbortDialog : public widgets::DialogFrame {
    Q_OBJECT
  public:
    AbortDialog(const feed::Context& context, const base::Xid& xid, QWidget* parent);

  signals:
    void confirmed(const QString& reason);
};

// A remark on a payment; it changes nothing but the log.
class NoteDialog : public widgets::DialogFrame {
    Q_OBJECT
  public:
    NoteDialog(const feed::Context& context, const base::Xid& xid, QWidget* parent);

  signals:
    void written(const QString& words, const QString& ticket);
};

// Takes a forced branch off the lists; who did so says what was compared, or how the damage was made good.
class ForgetDialog : public widgets::DialogFrame {
    Q_OBJECT
  public:
    ForgetDialog(const feed::Context& context, const base::Xid& xid, base::NodeId branch, QWidget* parent);

  signals:
    void confirmed(const QString& reason);
};

class ForceDialog : public widgets::DialogFrame {
    Q_OBJECT
  public:
    ForceDialog(const feed::Context& context, const base::Xid& xid, const Force& force, QWidget* parent);

  signals:
    void carriedOut();

  private:
    void review();
    void carryOut();
    void addBooks(const WhatIf& what, const QString& coordinator);
    feed::Context m_context;
    base::Xid m_xid;
    Force m_force;
    commit::Verdict m_verdict = commit::Verdict::undetermined;
    QLineEdit *m_reason, *m_ticket, *m_told;
};

}  // namespace indoubt::console::desk
