// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of one replica of the decision log, step by step: figure 2 of the Raft paper.
#include "commit/raft/group.h"
#include "support/test_main.h"

using namespace indoubt::commit;
using indoubt::commit::raft::Group;
using indoubt::events::Agreement;
using indoubt::events::ClusterShape;
using indoubt::events::LogEntry;
using indoubt::events::MessageKind;
using indoubt::events::RecordKind;

namespace {

const NodeId T = NodeId::of("T"), T2 = NodeId::of("T2"), T3 = NodeId::of("T3"), A = NodeId::of("A");

Group replica(NodeId self) {
    ClusterShape shape;
    shape.coordinator = T;
    shape.members = {{T, "", "", ClusterShape::manager}, {T2, "", "", ClusterShape::manager}, {T3, "", "", ClusterShape::manager}};
    Context context{self, 1, T};
    context.shape = std::make_shared<const ClusterShape>(shape);
    return Group(context, {"raft-2pc", false});
}

Message from(NodeId sender, MessageKind kind, Agreement says) {
    Message message;
    message.kind = kind;
    message.from = sender;
    message.agreement = std::make_shared<const Agreement>(std::move(says));
    return message;
}

LogEntry decision(std::uint64_t term, std::uint64_t counter, bool end = false) {
    LogEntry entry;
    entry.term = term;
    entry.xid = {T, 1, counter};
    entry.outcome = Outcome::commit;
    entry.end = end;
    return entry;
}

Message request(NodeId sender, std::uint64_t term, std::uint64_t last, std::uint64_t last_term) {
    Agreement says;
    says.ballot = term;
    says.index = last;
    says.attempt = last_term;
    return from(sender, MessageKind::raft_request_vote, says);
}

Message append(NodeId sender, std::uint64_t term, std::uint64_t before, std::uint64_t before_term, std::vector<LogEntry> entries, std::uint64_t committed = 0) {
    Agreement says;
    says.ballot = term;
    says.index = before;
    says.attempt = before_term;
    says.entries = std::move(entries);
    says.committed = committed;
    return from(sender, MessageKind::raft_append, says);
}

Effects step(Group& group, const Input& input) {
    Effects effects;
    group.step(input, effects);
    return effects;
}

const Message* sent(const Effects& effects, MessageKind kind) {
    for (const Effect& effect : effects)
        if (const auto* send = std::get_if<Send>(&effect); send && send->message.kind == kind) return &send->message;
    return nullptr;
}

const Record* forced(const Effects& effects, RecordKind kind) {
    for (const Effect& effect : effects)
        if (const auto* record = std::get_if<Append>(&effect); record && record->record.kind == kind && record->record.forced) return &record->record;
    return nullptr;
}

// Elected in term 1 by T3, its own vote durable.
Group leader() {
    Group group = replica(T);
    step(group, Restart{});
    Agreement vote;
    vote.ballot = 1;
    vote.granted = true;
    step(group, from(T, MessageKind::raft_vote, vote));
    step(group, from(T3, MessageKind::raft_vote, vote));
    return group;
}

Message has(NodeId sender, std::uint64_t term, std::uint64_t index) {
    Agreement says;
    says.ballot = term;
    says.granted = true;
    says.index = index;
    return from(sender, MessageKind::raft_append_reply, says);
}

}  // namespace

class RaftReplicaTest : public QObject {
    Q_OBJECT
  private slots:
    void a_vote_is_given_once_a_term_and_leaves_behind_its_record() {
        Group group = replica(T2);
        Effects effects = step(group, request(T, 3, 0, 0));
        QVERIFY(forced(effects, RecordKind::raft_term));
        QVERIFY(sent(effects, MessageKind::raft_vote)->agreement->granted);
        QVERIFY(!sent(step(group, request(T3, 3, 9, 2)), MessageKind::raft_vote)->agreement->granted);
        effects = step(group, request(T, 3, 0, 0));  // repeated: the same answer, and nothing to write
        QVERIFY(sent(effects, MessageKind::raft_vote)->agreement->granted);
        QVERIFY(!forced(effects, RecordKind::raft_term));
    }
    void a_vote_survives_a_restart() {
        Group group = replica(T2);
        const Effects effects = step(group, request(T, 3, 0, 0));
        Group again = replica(T2);
        step(again, Restart{{std::make_shared<const Record>(*forced(effects, RecordKind::raft_term))}});
        QVERIFY(!sent(step(again, request(T3, 3, 9, 2)), MessageKind::raft_vote)->agreement->granted);
        QVERIFY(sent(step(again, request(T, 3, 0, 0)), MessageKind::raft_vote)->agreement->granted);
    }
    void nobody_votes_for_a_log_that_lacks_something() {
        Group group = replica(T2);
        step(group, append(T, 2, 0, 0, {decision(1, 1), decision(2, 2)}));
        QVERIFY(!sent(step(group, request(T3, 3, 2, 1)), MessageKind::raft_vote)->agreement->granted);  // an older last term
        QVERIFY(!sent(step(group, request(T3, 4, 1, 2)), MessageKind::raft_vote)->agreement->granted);  // shorter
        QVERIFY(sent(step(group, request(T3, 5, 2, 2)), MessageKind::raft_vote)->agreement->granted);
    }
    void entries_that_contradict_the_leader_go_and_the_rest_stays() {
        Group group = replica(T2);
        step(group, append(T, 1, 0, 0, {decision(1, 1), decision(1, 2), decision(1, 3)}));
        const Effects effects = step(group, append(T3, 2, 1, 1, {decision(2, 4)}));
        const Record* written = forced(effects, RecordKind::raft_entries);
        QVERIFY(written);
        QCOMPARE(written->agreement->index, std::uint64_t{2});
        QCOMPARE(group.log().last(), std::uint64_t{2});
        QCOMPARE(group.log().at(1), decision(1, 1));
        QCOMPARE(sent(effects, MessageKind::raft_append_reply)->agreement->index, std::uint64_t{2});
        QVERIFY(!forced(step(group, append(T3, 2, 1, 1, {decision(2, 4)})), RecordKind::raft_entries));  // doubled
        const Effects gap = step(group, append(T3, 2, 7, 2, {decision(2, 5)}));
        QVERIFY(!sent(gap, MessageKind::raft_append_reply)->agreement->granted);
        QCOMPARE(sent(gap, MessageKind::raft_append_reply)->agreement->index, std::uint64_t{2});
    }
    void a_leader_of_before_is_told_the_term_and_obeyed_in_nothing() {
        Group group = replica(T2);
        step(group, append(T3, 5, 0, 0, {}));
        const Effects effects = step(group, append(T, 4, 0, 0, {decision(4, 1)}));
        QVERIFY(!sent(effects, MessageKind::raft_append_reply)->agreement->granted);
        QCOMPARE(sent(effects, MessageKind::raft_append_reply)->agreement->ballot, std::uint64_t{5});
        QCOMPARE(group.log().last(), std::uint64_t{0});
    }
    void a_leader_is_established_by_its_no_op_and_counts_itself_only_behind_its_disk() {
        Group group = leader();
        QCOMPARE(group.log().last(), std::uint64_t{1});
        step(group, has(T3, 1, 1));
        QVERIFY(!group.leadership().established);  // its own copy is not durable yet
        step(group, has(T, 1, 1));
        QVERIFY(group.leadership().established);
        QCOMPARE(group.committed(), std::uint64_t{1});
    }
    void an_entry_of_a_former_term_commits_only_with_one_of_its_own() {  // figure 8 of the paper
        Group group = replica(T2);
        step(group, append(T, 2, 0, 0, {decision(2, 1)}));
        step(group, Timeout{TimerKind::election});
        step(group, Timeout{TimerKind::election});
        Agreement vote;
        vote.ballot = 3;
        vote.granted = true;
        step(group, from(T2, MessageKind::raft_vote, vote));
        step(group, from(T3, MessageKind::raft_vote, vote));
        QCOMPARE(group.log().last(), std::uint64_t{2});
        step(group, has(T2, 3, 1));
        step(group, has(T3, 3, 1));
        QCOMPARE(group.committed(), std::uint64_t{0});
        step(group, has(T2, 3, 2));
        const Effects effects = step(group, has(T3, 3, 2));
        QCOMPARE(group.committed(), std::uint64_t{2});
        const bool adopted = std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
            const auto* tell = std::get_if<Tell>(&effect);
            return tell && tell->told.kind == ToldKind::adopt && tell->xid == (Xid{T, 1, 1});
        });
        QVERIFY(adopted);
    }
    void a_proposal_of_another_term_is_turned_away() {
        Group group = leader();
        Told propose{ToldKind::propose, decision(0, 7), 0};
        const Effects effects = step(group, propose);
        QCOMPARE(effects.size(), std::size_t{1});
        QCOMPARE(std::get<Tell>(effects.front()).told.kind, ToldKind::deposed);
        QCOMPARE(group.log().last(), std::uint64_t{1});
    }
    void only_an_established_leader_presumes_and_never_of_a_term_after_its_own() {
        const auto inquiry = [](std::uint64_t began) {
            Message message = from(A, MessageKind::inquiry, {});
            message.xid = {T, 1, 99};
            Agreement says;
            says.ballot = began;
            message.agreement = std::make_shared<const Agreement>(says);
            return message;
        };
        Group group = leader();
        QVERIFY(!sent(step(group, inquiry(1)), MessageKind::abort));
        step(group, has(T, 1, 1));
        step(group, has(T3, 1, 1));
        QVERIFY(sent(step(group, inquiry(1)), MessageKind::abort));
        QVERIFY(!sent(step(group, inquiry(2)), MessageKind::abort));
        step(group, Told{ToldKind::propose, decision(0, 99), 1});  // in its log, and not committed: nobody knows yet
        QVERIFY(!sent(step(group, inquiry(1)), MessageKind::abort));
        Group follower = replica(T2);
        step(follower, append(T, 1, 0, 0, {}));
        const Effects effects = step(follower, inquiry(1));
        QVERIFY(!sent(effects, MessageKind::abort));
        QVERIFY(sent(effects, MessageKind::raft_append_reply));  // it asks its leader whether it is still there
    }
    void a_compacted_log_says_what_is_open() {
        raft::Log log;
        for (const LogEntry& entry : {decision(1, 1), decision(1, 2), decision(1, 1, true), decision(2, 3)}) log.push(entry);
        log.compact(3);
        QCOMPARE(log.base(), std::uint64_t{3});
        QCOMPARE(log.last(), std::uint64_t{4});
        QCOMPARE(log.open_at_base(), std::vector<LogEntry>{decision(1, 2)});
        QCOMPARE(log.term_at(3), std::uint64_t{1});
        log.install(9, 4, {decision(2, 3)});
        QCOMPARE(log.last(), std::uint64_t{9});
        QCOMPARE(log.last_term(), std::uint64_t{4});
    }
};
INDOUBT_TEST(RaftReplicaTest);
#include "raft_replica_test.moc"
