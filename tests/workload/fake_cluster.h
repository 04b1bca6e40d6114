// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster as far as an importer can tell: accounts, balances, idempotency keys of what was paid. It answers at once, on the caller's
// thread, and can be told to die or to stay silent.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

#include "client/operator_client.h"

namespace indoubt::tests {

class FakeCluster : public client::OperatorClient {
  public:
    struct Account {
        base::Currency currency;
        std::int64_t minor = 0;
    };
    std::map<std::pair<base::NodeId, std::string>, Account> accounts_open;
    std::map<std::string, base::Xid> paid;  // by idempotency key
    std::vector<events::Payment> seen;
    std::optional<std::size_t> dies_after;  // answers so many, then only errors
    bool silent = false;                    // never answers
    int joins_an_abort = 0;                 // so many first answers are those of an abort under way

    static events::ClusterShape shape() {
        events::ClusterShape shape;
        shape.coordinator = base::NodeId::of("T");
        shape.members = {{shape.coordinator, "Coordinator", ""},
                         {base::NodeId::of("A"), "Hafenbank", "HAFBDEH0XXX"},
                         {base::NodeId::of("B"), "Banque du Lac", "BLACLUL0XXX"},
                         {base::NodeId::of("C"), "Kestrel Pay", "KSTLNLA0XXX"}};
        return shape;
    }
    std::int64_t total() const {
        std::int64_t sum = 0;
        for (const auto& [key, account] : accounts_open) sum += account.minor;
        return sum;
    }

    base::Result<client::SubmitReply> pay(const events::Payment& payment) {
        if (dies_after && seen.size() >= *dies_after) return base::unavailable("T is gone");
        seen.push_back(payment);
        client::SubmitReply reply;
        reply.xid = {base::NodeId::of("T"), 1, seen.size()};
        if (joins_an_abort > 0) {
            --joins_an_abort;
            reply.outcome = events::Outcome::abort;
            reply.duplicate = true;
            return reply;
        }
        if (const auto before = paid.find(payment.idempotency_key); before != paid.end()) {
            reply.xid = before->second;
            reply.outcome = events::Outcome::commit;
            reply.duplicate = true;
            return reply;
        }
        for (const auto& leg : payment.legs) {
            const auto found = accounts_open.find({leg.node, leg.account});
            if (found == accounts_open.end())
                return refuse(reply, events::Refusal::unknown_account, leg.account + " is not known at " + leg.node.name());
            if (found->second.currency != leg.amount.currency) return refuse(reply, events::Refusal::wrong_currency, "");
            if (found->second.minor + leg.signed_minor() < 0) return refuse(reply, events::Refusal::insufficient_funds, "");
        }
        for (const auto& leg : payment.legs) accounts_open[{leg.node, leg.account}].minor += leg.signed_minor();
        paid[payment.idempotency_key] = reply.xid;
        reply.outcome = events::Outcome::commit;
        return reply;
    }

    base::Result<client::ClusterInfo> info() override {
        client::ClusterInfo info;
        info.shape = shape();
        return info;
    }
    base::Result<client::SubmitReply> submit(const events::Payment& payment, std::optional<events::ProtocolChoice>, client::Wait) override {
        return pay(payment);
    }
    std::unique_ptr<client::SubmitSession> submit_session() override { return std::make_unique<Session>(*this); }
    base::Result<std::size_t> open_accounts(base::NodeId node, const std::vector<events::AccountLine>& lines, const std::string&) override {
        for (const auto& line : lines)
            if (const auto found = accounts_open.find({node, line.account}); found != accounts_open.end() && found->second.currency != line.currency)
                return base::failed_precondition("account " + line.account + " is kept in another currency");
        std::size_t opened = 0;
        for (const auto& line : lines)
            opened += accounts_open.try_emplace({node, line.account}, Account{line.currency, line.posted_minor}).second;
        return opened;
    }

    std::unique_ptr<client::Subscription> watch(client::EventSink&, std::uint64_t) override { return nullptr; }
    base::Result<client::TransactionList> list(const std::string&, std::size_t) override { return unused(); }
    base::Result<base::Xid> resolve_reference(const std::string&) override { return unused(); }
    base::Result<view::TransactionPtr> show(const base::Xid&, client::Coverages*) override { return unused(); }
    base::Result<std::vector<events::Event>> timeline(const base::Xid&, client::Coverages*) override { return unused(); }
    base::Result<std::vector<events::Event>> records(base::NodeId, std::uint64_t, std::size_t, client::Coverages*) override { return unused(); }
    base::Result<client::OrderReply> order(const client::OrderRequest&) override { return unused(); }
    base::Result<client::NodeStatus> node(base::NodeId, client::NodeAction, const std::string&, client::Coverages*) override { return unused(); }
    base::Result<client::Fault> add_fault(const std::string&, const std::string&, client::Coverages*) override { return unused(); }
    base::Result<std::vector<client::Fault>> faults(client::Coverages*) override { return unused(); }
    base::Result<std::size_t> clear_faults(std::optional<std::uint64_t>, const std::string&, client::Coverages*) override { return unused(); }
    base::Result<client::AccountList> accounts(const std::string&, std::size_t, std::int64_t) override { return unused(); }
    base::Result<client::AccountHistory> history(const std::string&) override { return unused(); }
    base::Result<> keep_trace(const base::Xid&) override { return unused(); }
    void end_calls() override {}

  private:
    class Session : public client::SubmitSession {
      public:
        explicit Session(FakeCluster& cluster) : m_cluster(cluster) {}
        void submit(const events::Payment& payment, client::Wait, Done done) override {
            if (!m_cluster.silent) done(m_cluster.pay(payment));
        }

      private:
        FakeCluster& m_cluster;
    };
    static base::Error unused() { return {base::ErrorCode::unimplemented, "an importer does not ask this"}; }
    static client::SubmitReply refuse(client::SubmitReply reply, events::Refusal refusal, std::string text) {
        reply.outcome = events::Outcome::abort;
        reply.refusal = refusal;
        reply.text = std::move(text);
        return reply;
    }
};

}  // namespace indoubt::tests
