// SPDX-License-Identifier: GPL-3.0-or-later
// A node's shell: what outlives a crash. It knows the node's place (file, address, trace ring) and has at most one Life.
// open, begin, go and end on one control thread at a time; the rest from any.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "cluster/life.h"

namespace indoubt::cluster {

struct NodeSettings {
    runtime::CoreConfig core;
    events::ClusterShape::Member member;
    std::string database, listen, token;
    std::shared_ptr<storage::VfsShim> disk;
    TraceLevel trace = TraceLevel::sampled;
};

struct NodeLinks {
    std::function<void(const base::Xid& xid)> announce;                                // a reason to keep a trace
    // Its Life of that incarnation ended by itself.
    std::function<void(base::NodeId node, base::Incarnation incarnation, const std::string& why, bool broken)> ended;
    std::function<void(base::NodeId node, base::NodeId peer)> linked;
    std::function<void(const std::string&)> log_line;
};

class Node {
  public:
    Node(NodeSettings settings, operators::Hub& hub, HostClock& clock, runtime::FaultBox& faults, NodeLinks links);

    base::NodeId id() const { return m_settings.core.self; }
    bool coordinator() const { return m_settings.core.is_coordinator(); }

    // From down, in two steps: its log is read, which tells whose it is; then it begins an incarnation, and does not run yet.
    base::Result<> open();
    std::optional<std::uint64_t> identity() const { return m_opening ? m_opening->identity() : std::nullopt; }  // between the two
    Life& opening() { return *m_opening; }
    base::Result<> begin(std::shared_ptr<const events::ClusterShape> shape);
    // Dials its peers and runs. `eager`: dial now. Addresses of peers that never listened are left out.
    void go(const std::map<base::NodeId, std::string>& addresses, const std::function<bool(base::NodeId)>& eager);
    void end(const std::string& why, bool gently, std::string problem = {});

    // Somebody has a reason to keep this payment's trace, also what this node made before it went down: its ring is the shell's.
    // False: the node is down; promote() is due, on the control thread. Any thread; only enqueues.
    bool want_trace(const base::Xid& xid);
    void promote();                                                    // control thread: what was wanted while nobody ran

    std::shared_ptr<Life> life() const;                                // null: down
    std::optional<base::Error> broken() const;                         // its log has failed, and that ended its life, this one or the last
    bool is_new() const { return m_new; }                              // its log was empty when it was opened last
    base::Result<std::shared_ptr<Life>> reach() const;                 // up, or UNAVAILABLE that names it and says what to do
    std::string address() const;
    operators::NodeFacts facts() const;

  private:
    base::Error failed(const base::Error& error);                      // remembered as its problem

    NodeSettings m_settings;
    HostClock& m_clock;
    runtime::FaultBox& m_faults;
    NodeLinks m_links;
    Sampler m_sampler;
    mutable std::mutex m_mutex;
    std::unique_ptr<Life> m_opening;                                   // control thread
    std::shared_ptr<Life> m_life;
    std::string m_address, m_problem;
    std::optional<base::Error> m_broken;                               // what ended the last life
    // Wanted since nobody runs, and the last ones told to the Life at hand: one that has crashed reads its mailbox no more.
    std::deque<base::Xid> m_wanted;
    bool m_new = false;
    LifeFigures m_last;                                                // of the last Life, once it is over
};

}  // namespace indoubt::cluster
