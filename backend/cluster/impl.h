// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of Cluster: the host of the operator service. Internal to cluster.
#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "cluster/cluster.h"
#include "cluster/data_directory.h"
#include "cluster/leader_desk.h"
#include "cluster/node.h"
#include "operator/service.h"
#include "operator/worker.h"
#include "security/registry.h"

namespace indoubt::cluster {

class Cluster::Impl : public operators::Host {
  public:
    Impl(ClusterOptions options, DataDirectory directory);
    ~Impl() override;
    base::Result<> start();
    void stop();

    const operators::ClusterFacts& facts() const override { return m_facts; }
    std::vector<operators::NodeFacts> nodes() const override;
    operators::Hub& hub() override { return m_hub; }
    std::int64_t now_ns() const override { return m_clock.host_ns(); }
    base::Result<> submit(events::PaymentPtr payment, std::optional<events::ProtocolChoice> protocol, operators::ProgressCallback progress) override;
    base::Result<> order(base::NodeId node, runtime::OperatorOrder order, operators::AnswerCallback answer) override;
    base::Result<> open_accounts(base::NodeId node, std::vector<events::AccountLine> lines, const events::OperatorNote& note, operators::AnswerCallback answer) override;
    base::Result<> remark(base::NodeId node, const base::Xid& xid, std::shared_ptr<const events::OperatorNote> note, operators::AnswerCallback answer) override;
    void keep_trace(const base::Xid& xid) override;
    base::Result<operators::NodeFacts> control(base::NodeId node, operators::NodeAction action, const events::OperatorNote& note) override;
    base::Result<operators::FaultFacts> add_fault(const std::string& rule, const events::OperatorNote& note) override;
    std::vector<operators::FaultFacts> faults() const override;
    base::Result<std::size_t> clear_faults(std::optional<std::uint64_t> id, const events::OperatorNote& note) override;
    Past past_payment(const base::Xid& xid, bool wait) override;
    PastPayments find_past(const std::string& text, std::size_t most, bool widen) override;
    PastPayments newest_past(const base::Xid& before, std::size_t most) override;
    Past past_account(base::NodeId node, const std::string& account, std::size_t most) override;
    base::Result<Records> records(base::NodeId node, std::uint64_t from_lsn, std::size_t most) override;

    const std::filesystem::path& token_file() const { return m_token_file; }

  private:
    base::Result<> prepare();                     // shape, token, nodes; nothing runs yet
    base::Result<> open_nodes();
    base::Result<> identify();                    // the logs are open, and nothing was written yet
    void retell_history();
    void run_nodes();
    base::Result<> first_accounts_opened();
    base::Result<> serve();
    Node* find(base::NodeId id) const;
    bool replicated(const std::string& protocol) const;  // over several managers, any of which may lead
    std::vector<Node*> beginners() const;                // whose logs hold the BEGIN of a payment
    template <class Ask>
    PastPayments ask_beginners(std::size_t most, const Ask& ask) const;
    base::Result<Node*> known(base::NodeId id) const;
    bool eager(base::NodeId from, base::NodeId to) const;
    void launch(Node& node);                      // an open node begins to run; m_control_mutex
    base::Result<> bring_up(Node& node);          // m_control_mutex
    void take_down(Node& node, const std::string& why, bool gently, std::string problem = {});
    // Of a node that is down, on the shell's thread; `done`, if any, after it.
    void promote_later(Node& node, std::function<void()> done);
    bool wait_linked(std::int64_t most_ms, const Node* one);
    void notice(const runtime::FaultRule& rule, bool on, const events::OperatorNote& note);
    bool audit(std::string action, const events::OperatorNote& note, base::NodeId struck = {});
    void lose(events::Envelope envelope, std::uint64_t rule);
    void log(const std::string& line) const;

    const ClusterOptions m_options;
    DataDirectory m_directory;
    operators::ClusterFacts m_facts;
    std::shared_ptr<const events::ClusterShape> m_shape;
    std::string m_token;
    std::filesystem::path m_token_file;
    HostClock m_clock;
    runtime::FaultBox m_faults;
    operators::Hub m_hub;
    std::vector<std::unique_ptr<Node>> m_nodes;   // the coordinator first
    std::mutex m_control_mutex;                   // one node is started or ended at a time
    mutable std::mutex m_link_mutex;
    std::condition_variable m_link_changed;
    std::map<base::NodeId, std::set<base::NodeId>> m_linked;
    std::unique_ptr<LeaderDesk> m_desk;           // where any of several managers may lead
    std::unique_ptr<operators::Worker> m_shell;   // takes down nodes that ended by themselves
    std::unique_ptr<operators::OperatorServer> m_server;
    std::optional<security::Registration> m_registration;
    bool m_stopped = false;
};

}  // namespace indoubt::cluster
