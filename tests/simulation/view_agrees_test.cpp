// SPDX-License-Identifier: GPL-3.0-or-later
// The one fold over events against the nodes themselves: after a random life with crashes, what the view shows must be what the
// ledgers hold, from the whole stream and from one that was sampled.
#include <algorithm>

#include "simulation/seed.h"
#include "support/test_main.h"
#include "view/view.h"

using namespace indoubt;

namespace {

view::View fold(std::vector<events::Event> trace, bool sampled) {
    std::stable_sort(trace.begin(), trace.end(), [](const auto& a, const auto& b) { return events::position(a) < events::position(b); });
    view::View view;
    for (const auto& event : trace)
        if (!sampled || !events::is_trace(event)) view.fold(event);
    return view;
}

// Empty when every account of every node is shown as it is.
QString difference(const view::View& view, const simulation::World& world) {
    for (const auto node : world.nodes()) {
        const runtime::Core* core = world.core(node);
        if (!core) return QString::fromStdString(node.name() + " is down");
        for (const auto& [name, account] : core->ledger().accounts()) {
            const auto shown = view.account(node, name);
            if (!shown) return QString::fromStdString(name + " is not shown");
            if (shown->posted_minor != account.posted_minor)
                return QString("%1 has %2, shown is %3").arg(QString::fromStdString(name)).arg(account.posted_minor).arg(shown->posted_minor);
            if (shown->held_minor != account.held_minor)
                return QString("%1 has %2 on hold, shown is %3").arg(QString::fromStdString(name)).arg(account.held_minor).arg(shown->held_minor);
        }
    }
    return {};
}

}  // namespace

class ViewAgreesTest : public QObject {
    Q_OBJECT
    static void compare(bool sampled) {
        for (std::uint64_t seed = 1; seed <= 300; ++seed) {
            QString found;
            simulation::SeedOptions options;
            options.at_end = [&](simulation::World& world) {
                const view::View view = fold(world.trace(), sampled);
                found = difference(view, world);
                const auto open = view.open_transactions();
                std::size_t instances = 0;
                for (const auto node : world.nodes()) instances += world.core(node) ? world.core(node)->instances() : 0;
                if (found.isEmpty() && instances == 0 && !open.empty())
                    found = QString("%1 transactions are shown as open, none is").arg(open.size());
                if (found.isEmpty() && instances == 0 && !view.locks().empty()) found = QString("%1 locks are shown, none is held").arg(view.locks().size());
            };
            const auto report = simulation::run_seed(seed, options);
            QVERIFY2(report.good(), report.failure().c_str());
            QVERIFY2(found.isEmpty(), qPrintable(QString("seed %1: %2").arg(seed).arg(found)));
        }
    }

  private slots:
    void the_whole_stream_folds_to_what_the_nodes_hold() { compare(false); }
    void a_sampled_stream_folds_to_the_same() { compare(true); }
};
INDOUBT_TEST(ViewAgreesTest);
#include "view_agrees_test.moc"
