// SPDX-License-Identifier: GPL-3.0-or-later
// One replica of the decision log: the machine of the node itself, with an empty XID.
// Raft as in Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)", 2014: figure 2,
// section 7 (compaction) and section 8 (a leader begins with a no-op, and is established once that is committed).
//
// Where the rest of the program asks for something of its own:
// - No clock, no random: who stands later for election is fixed by the place in the cluster's shape, which breaks ties, and a
//   timer that is armed again backs off. The first manager stands at once in its first life, so that a healthy cluster begins with
//   it; in later lives it asks first whether somebody leads.
// - Nothing is sent when nothing is to say. A leader repeats what is not acknowledged, its commit index included, and then falls
//   silent; a follower watches its leader while it holds an entry that it does not know to be committed, or when a client, a branch
//   in doubt or a failure detector makes it wonder. It asks before it stands, so that silence alone deposes nobody.
// - One batch of entries is under way at a time: decisions that come meanwhile make the next batch, ENDs wait for company. So no
//   decision that is committed waits behind a later forced write, effects of one machine being released in order.
// - A leader counts its own vote and its own log only by messages to itself behind the forced records that they rest on. Its
//   appends leave before that (Ongaro's thesis, 10.2.1).
#pragma once
#include <map>
#include <string>
#include <vector>

#include "commit/identity.h"
#include "commit/raft/log.h"

namespace indoubt::commit::raft {

class Group final : public Machine {
  public:
    Group(Context context, ProtocolChoice protocol);

    void step(const Input& input, Effects& effects) override;
    base::Result<> permits(const Order& order) const override;
    Phase phase() const override { return Phase::active; }
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Group>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override;
    std::string describe() const override;

    Leadership leadership() const { return {m_role == Role::leader && m_established, m_term, m_leader}; }
    std::uint64_t term() const { return m_term; }
    std::uint64_t committed() const { return m_committed; }
    const Log& log() const { return m_log; }

  private:
    enum class Role : std::uint8_t { follower, candidate, leader };
    struct Peer {
        NodeId node;
        bool granted = false;       // its vote for this candidate
        bool under_way = false;     // something was sent that it has not answered
        std::uint64_t next = 1, match = 0;
        std::uint64_t told = 0;     // the commit index that it has acknowledged
        // A snapshot on its way to it: `page` counts what leaves before the decisions that are open (see send_snapshot).
        bool installing = false;
        std::uint64_t page = 0, covered = 0, covered_term = 0;
        std::vector<LogEntry> open = {};
        friend bool operator==(const Peer&, const Peer&) = default;
    };

    // ---- elections: group.cpp ----
    void on_restart(const Restart& restart, Effects& effects);
    void on_message(const Message& message, Effects& effects);
    void on_timeout(TimerKind kind, Effects& effects);
    void on_told(const Told& told, Effects& effects);
    void on_request_vote(const Message& message, Effects& effects);
    void on_vote(const Message& message, Effects& effects);
    void on_branch(const Message& message, Effects& effects);
    void on_asked(Effects& effects);
    void stand(Effects& effects);
    void lead(Effects& effects);
    void adopt_term(std::uint64_t term, NodeId voted, Effects& effects);
    void follow(Effects& effects);
    void watch(Effects& effects);
    void watch_anew(Effects& effects);
    void unwatch(Effects& effects);
    void ask_leader(NodeId node, Effects& effects);
    void append_term(Effects& effects) const;
    // ---- replication: replication.cpp ----
    void on_append(const Message& message, Effects& effects);
    void on_append_reply(const Message& message, Effects& effects);
    void on_snapshot(const Message& message, Effects& effects);
    void propose(const Told& told, Effects& effects);
    void write_batch(Effects& effects);
    void send_to(Peer& peer, Effects& effects);
    void send_snapshot(Peer& peer, Effects& effects);
    void on_page(const Message& message, Effects& effects);
    void beat(bool anew, Effects& effects);
    void on_beat(Effects& effects);
    void advance(Effects& effects);
    void apply(std::uint64_t until, Effects& effects);
    void establish(Effects& effects);
    void compact(Effects& effects);
    void append_snapshot(bool forced, std::uint64_t covered, std::vector<LogEntry> summary, Effects& effects) const;
    void reply(NodeId to, events::MessageKind kind, bool granted, std::uint64_t index, Effects& effects) const;
    bool behind(const Peer& peer) const { return peer.match < m_log.last() || peer.told < m_committed; }
    Peer* find(NodeId node);

    Message say(NodeId to, events::MessageKind kind, events::Agreement agreement) const;
    Record record(events::RecordKind kind, bool forced, events::Agreement agreement) const;
    std::size_t majority() const { return (m_peers.size() + 1) / 2 + 1; }
    bool member(NodeId node) const;

    Identity m_id;
    std::size_t m_rank = 0;               // among the managers, in the order of the shape
    // ---- what the records say ----
    std::uint64_t m_term = 0;
    NodeId m_voted;
    Log m_log;
    // ---- what a crash takes ----
    Role m_role = Role::follower;
    NodeId m_leader;
    bool m_watching = false, m_asked = false, m_beating = false;  // election timer armed; leader asked and not heard; heartbeat armed
    bool m_granted_self = false, m_established = false;
    std::uint64_t m_committed = 0, m_everywhere = 0;
    std::uint64_t m_durable = 0;          // leader: of its own log
    std::vector<Peer> m_peers;            // the other managers, in the order of the shape
    std::vector<LogEntry> m_pending;      // leader: for the next batch
    std::map<Xid, LogEntry> m_open;       // committed and not ended
};

}  // namespace indoubt::commit::raft
