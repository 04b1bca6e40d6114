// SPDX-License-Identifier: GPL-3.0-or-later
// Elections, and what a replica says to branches and clients. Replication is in replication.cpp.
#include "commit/raft/group.h"

#include <algorithm>

namespace indoubt::commit::raft {

using events::Agreement;
using events::MessageKind;
using events::RecordKind;

Group::Group(Context context, ProtocolChoice protocol) : m_id{context, Xid{}, std::move(protocol), true} {
    const std::vector<NodeId> managers = context.shape ? context.shape->managers() : std::vector<NodeId>{context.coordinator};
    for (std::size_t i = 0; i < managers.size(); ++i) {
        if (managers[i] == context.self) m_rank = i;
        else m_peers.push_back({managers[i]});
    }
}

void Group::step(const Input& input, Effects& effects) {
    if (const auto* message = std::get_if<Message>(&input)) on_message(*message, effects);
    else if (const auto* timeout = std::get_if<Timeout>(&input)) on_timeout(timeout->kind, effects);
    else if (const auto* told = std::get_if<Told>(&input)) on_told(*told, effects);
    else if (const auto* restart = std::get_if<Restart>(&input)) on_restart(*restart, effects);
    else if (const auto* suspect = std::get_if<Suspect>(&input); suspect && suspect->node == m_leader && m_role == Role::follower) {
        m_asked = true;  // what asking would tell is told already
        watch(effects);
    }
}

void Group::on_restart(const Restart& restart, Effects& effects) {
    for (const auto& found : restart.records) {
        if (!found->agreement || found->kind == RecordKind::keys) continue;
        const Agreement& says = *found->agreement;
        if (says.ballot > m_term) m_voted = {};
        m_term = std::max(m_term, says.ballot);
        if (found->kind != RecordKind::raft_entries) m_voted = found->node;
        if (found->kind == RecordKind::raft_entries) m_log.replace(says.index, says.entries);
        if (found->kind == RecordKind::raft_snapshot) m_log.restore(says);
    }
    m_committed = m_log.base();
    for (const LogEntry& decision : m_log.open_at_base()) {
        m_open[decision.xid] = decision;
        effects.push_back(Tell{decision.xid, {ToldKind::known, decision, m_term}});
    }
    if (m_peers.empty() || (m_term == 0 && m_rank == 0)) return stand(effects);
    if (m_term > 0)
        for (const Peer& peer : m_peers) ask_leader(peer.node, effects);
    m_asked = true;
    watch(effects);
}

void Group::on_message(const Message& message, Effects& effects) {
    if (!message.xid.empty()) return on_branch(message, effects);
    if (!message.agreement || !member(message.from)) return;
    switch (message.kind) {
        case MessageKind::raft_request_vote: return on_request_vote(message, effects);
        case MessageKind::raft_vote: return on_vote(message, effects);
        case MessageKind::raft_append: return on_append(message, effects);
        case MessageKind::raft_snapshot: return on_snapshot(message, effects);
        case MessageKind::raft_append_reply:
        case MessageKind::raft_snapshot_reply: return on_append_reply(message, effects);
        default: return;
    }
}

void Group::on_timeout(TimerKind kind, Effects& effects) {
    if (kind == TimerKind::heartbeat) return on_beat(effects);
    if (kind != TimerKind::election) return;
    m_watching = false;
    if (m_role == Role::leader) return;
    if (m_role == Role::follower && !m_leader.empty() && !m_asked) {
        ask_leader(m_leader, effects);
        m_asked = true;
        return watch(effects);
    }
    stand(effects);
}

void Group::stand(Effects& effects) {
    m_role = Role::candidate;
    m_leader = {};
    m_voted = m_id.context.self;
    ++m_term;
    m_granted_self = false;
    for (Peer& peer : m_peers) peer.granted = false;
    append_term(effects);
    Agreement vote;
    vote.ballot = m_term;
    vote.granted = true;
    effects.push_back(Send{say(m_id.context.self, MessageKind::raft_vote, vote)});
    Agreement request;
    request.ballot = m_term;
    request.index = m_log.last();
    request.attempt = m_log.last_term();
    for (const Peer& peer : m_peers) effects.push_back(Send{say(peer.node, MessageKind::raft_request_vote, request)});
    watch(effects);
}

void Group::on_request_vote(const Message& message, Effects& effects) {
    const Agreement& asks = *message.agreement;
    const bool complete = asks.attempt > m_log.last_term() || (asks.attempt == m_log.last_term() && asks.index >= m_log.last());
    if (asks.ballot > m_term) {
        adopt_term(asks.ballot, complete ? message.from : NodeId{}, effects);
    } else if (asks.ballot == m_term && m_voted.empty() && m_leader.empty() && complete) {
        m_voted = message.from;
        append_term(effects);
    }
    Agreement vote;
    vote.ballot = m_term;
    vote.granted = asks.ballot == m_term && m_voted == message.from;
    if (vote.granted) watch_anew(effects);
    effects.push_back(Send{say(message.from, MessageKind::raft_vote, vote)});
}

void Group::on_vote(const Message& message, Effects& effects) {
    const Agreement& says = *message.agreement;
    if (says.ballot > m_term) return adopt_term(says.ballot, {}, effects);
    if (m_role != Role::candidate || says.ballot != m_term || !says.granted) return;
    if (Peer* peer = find(message.from)) peer->granted = true;
    else m_granted_self = true;
    const auto votes = static_cast<std::size_t>(std::count_if(m_peers.begin(), m_peers.end(), [](const Peer& p) { return p.granted; })) + (m_granted_self ? 1 : 0);
    // Its own vote among them: a leader must not forget in which term it led.
    if (votes >= majority() && m_granted_self) lead(effects);
}

void Group::lead(Effects& effects) {
    m_role = Role::leader;
    m_leader = m_id.context.self;
    m_established = false;
    m_asked = false;
    m_durable = m_everywhere = 0;
    m_pending.clear();
    std::string voters = m_id.context.self.name();
    for (Peer& peer : m_peers) {
        if (peer.granted) voters += ", " + peer.node.name();
        peer = {peer.node, peer.granted, false, m_log.last() + 1, 0, 0};
    }
    unwatch(effects);
    events::Note note;
    note.count = m_term;
    note.text = "leads in term " + std::to_string(m_term) + ", elected by " + voters;
    effects.push_back(Observe{events::EventKind::elect, std::move(note)});
    m_pending.push_back({});
    write_batch(effects);
}

// A newer term begins: this replica leads no more, if it did. The record is forced before anything that rests on the term is said.
void Group::adopt_term(std::uint64_t term, NodeId voted, Effects& effects) {
    m_term = term;
    m_voted = voted;
    follow(effects);
    m_leader = {};
    append_term(effects);
    watch(effects);
}

void Group::follow(Effects& effects) {
    if (m_role == Role::leader) {
        effects.push_back(Tell{Xid{}, {ToldKind::deposed, {}, m_term}});
        if (m_beating) effects.push_back(CancelTimer{TimerKind::heartbeat});
        m_beating = m_established = false;
        m_pending.clear();
    }
    m_role = Role::follower;
    m_granted_self = false;
    for (Peer& peer : m_peers) peer = {peer.node};
}

void Group::on_told(const Told& told, Effects& effects) {
    if (told.kind == ToldKind::propose) propose(told, effects);
    if (told.kind == ToldKind::asked) on_asked(effects);
}

// A client or a branch needs a leader, and this is none that could serve it.
void Group::on_asked(Effects& effects) {
    if (m_role != Role::follower || m_watching) return;
    if (!m_leader.empty()) {
        ask_leader(m_leader, effects);
        m_asked = true;
    }
    watch(effects);
}

// An inquiry or a vote of a transaction that this node does not run. No information means ABORT, if whoever says so knows every
// decision there can be: it is the established leader, and the transaction began in no later term than its own. One that began
// earlier and is not in this log is fenced for good: its leader's term is over, and no entry of it will be committed any more.
void Group::on_branch(const Message& message, Effects& effects) {
    if (message.kind != MessageKind::inquiry && message.kind != MessageKind::vote_yes) return;
    const std::uint64_t began = message.agreement ? message.agreement->ballot : 0;
    if (m_role != Role::leader || !m_established) return on_asked(effects);
    if (began > m_term || m_open.contains(message.xid)) return;
    for (std::uint64_t i = m_committed + 1; i <= m_log.last(); ++i)
        if (m_log.at(i).xid == message.xid) return;
    Message abort = m_id.to(message.from, MessageKind::abort);
    abort.xid = message.xid;
    abort.presumed = true;
    effects.push_back(Send{std::move(abort)});
}

void Group::watch(Effects& effects) {
    if (m_watching || m_role == Role::leader) return;
    m_watching = true;
    effects.push_back(SetTimer{TimerKind::election, base::limits::raft_election_ms + static_cast<std::int64_t>(m_rank) * base::limits::raft_stagger_ms, true});
}

void Group::watch_anew(Effects& effects) {
    unwatch(effects);
    watch(effects);
}

void Group::unwatch(Effects& effects) {
    if (m_watching) effects.push_back(CancelTimer{TimerKind::election});
    m_watching = false;
}

void Group::ask_leader(NodeId node, Effects& effects) {
    Agreement asks;
    asks.ballot = m_term;
    asks.attempt = 1;
    effects.push_back(Send{say(node, MessageKind::raft_append_reply, asks)});
}

void Group::append_term(Effects& effects) const {
    Agreement says;
    says.ballot = m_term;
    Record term = record(RecordKind::raft_term, true, std::move(says));
    term.node = m_voted;
    effects.push_back(Append{std::move(term), {}});
}

base::Result<> Group::permits(const Order&) const { return base::failed_precondition("the group that replicates decisions takes no orders; name a transaction"); }

Message Group::say(NodeId to, MessageKind kind, Agreement agreement) const {
    Message message = m_id.to(to, kind);
    message.agreement = std::make_shared<const Agreement>(std::move(agreement));
    return message;
}

Record Group::record(RecordKind kind, bool forced, Agreement agreement) const {
    Record made = m_id.record(kind, forced);
    made.agreement = std::make_shared<const Agreement>(std::move(agreement));
    return made;
}

Group::Peer* Group::find(NodeId node) {
    for (Peer& peer : m_peers)
        if (peer.node == node) return &peer;
    return nullptr;
}

bool Group::member(NodeId node) const {
    return node == m_id.context.self || std::any_of(m_peers.begin(), m_peers.end(), [&](const Peer& peer) { return peer.node == node; });
}

bool Group::equals(const Machine& other) const {
    const auto* o = dynamic_cast<const Group*>(&other);
    return o && m_id == o->m_id && m_term == o->m_term && m_voted == o->m_voted && m_log == o->m_log && m_role == o->m_role && m_leader == o->m_leader &&
           m_watching == o->m_watching && m_asked == o->m_asked && m_beating == o->m_beating && m_granted_self == o->m_granted_self &&
           m_established == o->m_established && m_committed == o->m_committed && m_everywhere == o->m_everywhere && m_durable == o->m_durable &&
           m_peers == o->m_peers && m_pending == o->m_pending && m_open == o->m_open;
}

std::uint64_t Group::hash() const {
    base::Hasher hasher;
    hasher.add(m_id.context.self.packed()).add(m_id.context.incarnation).add(m_term).add(m_voted.packed()).add(m_log.hash()).add(static_cast<std::uint64_t>(m_role)).add(m_leader.packed());
    hasher.add((m_watching ? 1u : 0u) | (m_asked ? 2u : 0u) | (m_beating ? 4u : 0u) | (m_granted_self ? 8u : 0u) | (m_established ? 16u : 0u));
    hasher.add(m_committed).add(m_everywhere).add(m_durable).add(m_pending.size()).add(m_open.size());
    for (const Peer& peer : m_peers) hasher.add((peer.granted ? 1u : 0u) | (peer.under_way ? 2u : 0u)).add(peer.next).add(peer.match).add(peer.told).add(peer.installing ? peer.page + 1 : 0);
    return hasher.value();
}

std::string Group::describe() const {
    static constexpr std::string_view roles[] = {"follower", "candidate", "leader"};
    std::string text = "group " + std::string(roles[static_cast<std::size_t>(m_role)]) + " term " + std::to_string(m_term) + " log " + std::to_string(m_log.last()) +
                       " committed " + std::to_string(m_committed);
    if (m_role == Role::leader && !m_established) text += ", not established";
    if (m_role == Role::follower && !m_leader.empty()) text += ", leader " + m_leader.name();
    return text;
}

}  // namespace indoubt::commit::raft
