// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=300
// The fold against whole lives of simulated clusters: crashes, losses, cuts, operators. The driver is the live one, so what
// holds here holds on screen.
#include <algorithm>
#include <map>
#include <set>

#include "base/prng.h"
#include "simulation/scenario.h"
#include "simulation/seed.h"
#include "support/test_main.h"
#include "view/history.h"
#include "view/picture.h"
#include "view/timeline_model.h"

using namespace indoubt;
using namespace indoubt::tests;
using events::Event;
using events::EventKind;
using view::View;

namespace {

std::uint64_t seeds() { return qEnvironmentVariableIsSet("INDOUBT_SEEDS") ? qEnvironmentVariable("INDOUBT_SEEDS").toULongLong() : 300; }

const std::vector<Event>& life(std::uint64_t seed) {
    static std::map<std::uint64_t, std::vector<Event>> lives;
    auto& log = lives[seed];
    if (log.empty()) {
        simulation::SeedOptions options;
        options.keep_trace = true;
        log = simulation::run_seed(seed, options).trace;
    }
    return log;
}

View fold(const std::vector<Event>& log) {
    View view;
    for (const Event& event : log) view.fold(event);
    return view;
}

}  // namespace

#define SAME_VIEW(got, wanted, seed)                                                                                                            \
    do {                                                                                                                                        \
        const std::string why = difference(got, wanted);                                                                                        \
        QVERIFY2(why.empty(), ("seed " + std::to_string(seed) + why).c_str());                                                                  \
    } while (false)

class SimulatedFoldTest : public QObject {
    Q_OBJECT
  private slots:
    void every_life_ends_as_the_nodes_ended() {
        std::size_t accounts = 0, closed = 0;
        for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
            const auto& log = life(seed);
            QVERIFY(log.size() > 200);
            const View view = fold(log);
            // What the nodes themselves said last about each account.
            std::map<std::pair<base::NodeId, std::string>, std::pair<std::int64_t, bool>> posted;
            for (const Event& event : log) {
                if (event.kind == EventKind::apply && event.note()) posted[{event.node, event.note()->account}] = {event.note()->balance_minor, true};
                if (event.kind == EventKind::balance && event.record())
                    for (const auto& line : event.record()->accounts) posted[{event.node, line.account}] = {line.posted_minor, true};
            }
            for (const auto& [key, minor] : posted) {
                const auto row = view.account(key.first, key.second);
                QVERIFY2(row.has_value(), key.second.c_str());
                QVERIFY2(row->posted_minor == minor.first, ("seed " + std::to_string(seed) + " " + key.first.name() + " " + key.second + " is " + std::to_string(row->posted_minor) + ", its node says " + std::to_string(minor.first)).c_str());
                ++accounts;
            }
            // All healed: whatever no operator forced is finished, and nothing is on hold.
            for (std::size_t i = 0; i < view.size(); ++i) {
                const auto& tx = view.at(i);
                if (tx.heuristic != events::Heuristic::none) continue;
                QVERIFY2(!tx.open(), ("seed " + std::to_string(seed) + " " + tx.xid.text() + " " + std::string(view::word(tx.state)) + ": " + tx.last_event).c_str());
                QCOMPARE(tx.held_minor(), 0);
                ++closed;
            }
            for (const auto& row : view.accounts()) QVERIFY(row.held_minor >= 0);
        }
        QVERIFY(accounts > seeds() * 3 && closed > seeds() * 12);
    }

    void records_alone_give_the_same_state_and_money() {
        for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
            const auto& log = life(seed);
            View full, sampled;
            // Whoever asks in doubt is kept with all its trace.
            std::set<base::Xid> kept;
            for (const Event& event : log)
                if (event.kind == EventKind::ask) kept.insert(event.xid);
            const auto left_out = [&](const Event& event) { return events::is_trace(event) && !kept.contains(event.xid); };
            // Compared after every event that a sampled stream carries, not only at the end.
            std::size_t since = 0;
            for (const Event& event : log) {
                full.fold(event);
                if (left_out(event)) continue;
                sampled.fold(event);
                if (++since % 50 == 0) SAME_VIEW(picture(sampled, false), picture(full, false), seed);
            }
            SAME_VIEW(picture(sampled, false), picture(full, false), seed);
            // And the trace that comes late, in one go, completes it.
            for (const Event& event : log)
                if (left_out(event)) sampled.fold(event);
            SAME_VIEW(picture(sampled, false), picture(full, false), seed);
        }
    }

    void any_causally_sound_interleaving_gives_the_same_view() {
        base::Prng prng(3);
        for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
            const auto& log = life(seed);
            std::map<base::NodeId, std::vector<const Event*>> queues;
            std::set<events::EventRef> known, done;
            for (const Event& event : log) {
                queues[event.node].push_back(&event);
                known.insert(event.ref());
            }
            std::map<base::NodeId, std::size_t> next;
            View view;
            for (std::size_t left = log.size(); left > 0; --left) {
                std::vector<base::NodeId> ready;
                for (const auto& [node, queue] : queues) {
                    if (next[node] == queue.size()) continue;
                    const auto& causes = queue[next[node]]->causes;
                    if (std::all_of(causes.begin(), causes.end(), [&](const auto& cause) { return done.contains(cause) || !known.contains(cause); })) ready.push_back(node);
                }
                QVERIFY(!ready.empty());
                const auto node = ready[prng.below(ready.size())];
                const Event& event = *queues[node][next[node]++];
                view.fold(event);
                done.insert(event.ref());
            }
            SAME_VIEW(picture(view, false), picture(fold(log), false), seed);
        }
    }

    void the_past_is_the_fold_of_the_prefix() {
        base::Prng prng(9);
        for (std::uint64_t seed = 1; seed <= std::min<std::uint64_t>(seeds(), 10); ++seed) {
            auto log = life(seed);
            view::History history(97);
            for (const Event& event : log) QVERIFY(history.append(event));
            std::sort(log.begin(), log.end(), [](const Event& a, const Event& b) { return events::position(a) < events::position(b); });
            for (int i = 0; i < 12; ++i) {
                const std::size_t cut = prng.below(log.size() + 1);
                View prefix;
                for (std::size_t j = 0; j < cut; ++j) prefix.fold(log[j]);
                SAME_VIEW(picture(history.at(cut)), picture(prefix), seed);
            }
            for (std::size_t i = 0; i < log.size(); ++i) QVERIFY(events::same_content(history.events().event(history.events().at(i)), log[i]));
        }
    }

    // T decides on the NO, before the two YES: the presumption that answers them is the ABORT that the table counts.
    void an_abort_on_the_first_no_costs_what_the_table_says() {
        const auto run = simulation::run_scenario_file(INDOUBT_SOURCE_DIR "/resources/scenarios/no_vote.scenario.textproto");
        QVERIFY(run.ok());
        view::EventStore store;
        for (const Event& event : run->trace) store.append(event);
        const auto model = view::make_timeline(run->transactions.front().xid, view::timeline_events(store.rows(), run->transactions.front().xid));
        QCOMPARE(model.cost.messages, 8u);
        QCOMPARE(model.cost.extra_messages, 0u);
        QCOMPARE(model.cost.delays, 3u);
    }

    void every_payment_has_a_diagram() {
        std::size_t diagrams = 0, blocked = 0, lost = 0;
        for (std::uint64_t seed = 1; seed <= std::min<std::uint64_t>(seeds(), 20); ++seed) {
            view::EventStore store;
            for (const Event& event : life(seed)) store.append(event);
            const View view = fold(life(seed));
            for (std::size_t t = 0; t < view.size(); ++t) {
                const auto& tx = view.at(t);
                const auto model = view::make_timeline(tx.xid, view::timeline_events(store.rows(), tx.xid));
                QVERIFY2(view::word(model.state) == view::word(tx.state), ("seed " + std::to_string(seed) + " " + tx.xid.text()).c_str());
                const int count = static_cast<int>(model.events.size());
                std::set<int> received;
                for (const auto& message : model.messages) {
                    QVERIFY(message.from >= 0 && message.to >= 0);
                    if (message.received >= 0) QVERIFY(received.insert(message.received).second);
                    if (message.sent >= 0 && message.received >= 0) QVERIFY(message.sent < message.received);
                    lost += message.fate == view::MessageFate::lost;
                }
                // Bands of one lane and kind stand side by side, never on top of each other.
                for (const auto& a : model.bands) {
                    QVERIFY(a.begin >= 0 && a.begin < count && a.end < count && (a.end < 0 || a.end >= a.begin));
                    blocked += a.kind == view::BandKind::blocked;
                    for (const auto& b : model.bands)
                        if (&a != &b && a.lane == b.lane && (a.kind == view::BandKind::in_doubt || a.kind == view::BandKind::blocked) && (b.kind == view::BandKind::in_doubt || b.kind == view::BandKind::blocked))
                            QVERIFY((a.end >= 0 && a.end <= b.begin) || (b.end >= 0 && b.end <= a.begin));
                }
                for (const auto& write : model.writes) QVERIFY(!(write.lost && write.durable >= 0));
                for (std::size_t i = 1; i < model.events.size(); ++i) QVERIFY(model.folded_of[i] >= model.folded_of[i - 1]);
                const std::string text = view::render_text(model);
                QVERIFY(text.size() > 100);
                if (seed == 1 && t < 2 && qEnvironmentVariableIsSet("INDOUBT_SHOW")) std::fputs(text.c_str(), stdout);
                ++diagrams;
            }
        }
        QVERIFY(diagrams > 0 && blocked > 0 && lost > 0);
    }
};

INDOUBT_TEST(SimulatedFoldTest);
#include "simulated_fold_test.moc"
