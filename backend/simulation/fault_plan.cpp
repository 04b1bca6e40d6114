// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/fault_plan.h"

#include <algorithm>

#include "checks/rules.h"

namespace indoubt::simulation {

using runtime::FaultAct;
using runtime::FaultPoint;
using runtime::FaultRule;

namespace {

constexpr std::int64_t ms = 1'000'000;

std::string_view word(FaultPoint point) { return point == FaultPoint::force ? "force" : point == FaultPoint::send ? "send" : "receive"; }

}  // namespace

std::string PointKind::name() const {
    return std::string(word(point)) + " " + std::string(what) + (coordinator ? " at the coordinator" : " at a participant");
}

namespace {

const std::vector<PointKind>& two_phase_points() {
    static const std::vector<PointKind> kinds = {
        {FaultPoint::force, "COMMIT", true},         {FaultPoint::force, "INCARNATION", true},     {FaultPoint::force, "ORDER", true},
        {FaultPoint::send, "PREPARE", true},         {FaultPoint::send, "COMMIT", true},           {FaultPoint::send, "ABORT", true},
        {FaultPoint::send, "UNDECIDED", true},       {FaultPoint::receive, "YES", true},           {FaultPoint::receive, "NO", true},
        {FaultPoint::receive, "READ-ONLY", true},    {FaultPoint::receive, "ACK", true},           {FaultPoint::receive, "INQUIRY", true},
        {FaultPoint::force, "PREPARED", false},      {FaultPoint::force, "COMMIT", false},         {FaultPoint::force, "INCARNATION", false},
        {FaultPoint::force, "HEURISTIC COMMIT", false}, {FaultPoint::force, "HEURISTIC ROLLBACK", false}, {FaultPoint::force, "DAMAGE", false},
        {FaultPoint::send, "YES", false},            {FaultPoint::send, "NO", false},              {FaultPoint::send, "READ-ONLY", false},
        {FaultPoint::send, "ACK", false},            {FaultPoint::send, "INQUIRY", false},         {FaultPoint::send, "PEER-INQUIRY", false},
        {FaultPoint::send, "PEER-ANSWER", false},    {FaultPoint::receive, "PREPARE", false},      {FaultPoint::receive, "COMMIT", false},
        {FaultPoint::receive, "ABORT", false},       {FaultPoint::receive, "UNDECIDED", false},    {FaultPoint::receive, "PEER-INQUIRY", false},
        {FaultPoint::receive, "PEER-ANSWER", false}, {FaultPoint::force, "REFUSED", false},        {FaultPoint::force, "ORDER", false},
        {FaultPoint::force, "FORGET", false},        {FaultPoint::force, "ACCOUNT", false},
    };
    return kinds;
}

}  // namespace

const std::vector<PointKind>& point_kinds(std::string_view protocol) {
    static const std::vector<PointKind> three_phase = [] {
        std::vector<PointKind> kinds = two_phase_points();
        std::erase_if(kinds, [](const PointKind& kind) { return kind.what == "PEER-INQUIRY" || kind.what == "PEER-ANSWER"; });
        kinds.insert(kinds.end(), {{FaultPoint::force, "PRE-COMMITTED", true},  {FaultPoint::send, "PRE-COMMIT", true},       {FaultPoint::receive, "PRE-COMMIT-ACK", true},
                                   {FaultPoint::force, "PRE-COMMITTED", false}, {FaultPoint::receive, "PRE-COMMIT", false},   {FaultPoint::send, "PRE-COMMIT-ACK", false},
                                   {FaultPoint::send, "STATE-REQUEST", false},  {FaultPoint::receive, "STATE-REQUEST", false}, {FaultPoint::send, "STATE-REPORT", false},
                                   {FaultPoint::receive, "STATE-REPORT", false}, {FaultPoint::send, "MOVE", false},           {FaultPoint::receive, "MOVE", false},
                                   {FaultPoint::send, "MOVED", false},          {FaultPoint::receive, "MOVED", false}});
        return kinds;
    }();
    static const std::vector<PointKind> quorum = [] {
        std::vector<PointKind> kinds = three_phase;
        kinds.push_back({FaultPoint::force, "PRE-ABORTED", false});
        return kinds;
    }();
    static const std::vector<PointKind> elected = [] {
        std::vector<PointKind> kinds = quorum;
        kinds.push_back({FaultPoint::force, "ELECTED", false});
        return kinds;
    }();
    switch (checks::rules_of(protocol).termination) {
        case checks::Rules::sites: return three_phase;
        case checks::Rules::quorum: return quorum;
        case checks::Rules::elected: return elected;
        case checks::Rules::none: break;
    }
    // Two-phase commit in its variants: what each forces and acknowledges.
    static const std::vector<PointKind> basic = [] {
        std::vector<PointKind> kinds = two_phase_points();
        kinds.insert(kinds.end(), {{FaultPoint::force, "ABORT", true}, {FaultPoint::force, "ABORT", false}});
        return kinds;
    }();
    static const std::vector<PointKind> presumed_commit = [] {
        std::vector<PointKind> kinds = two_phase_points();
        std::erase_if(kinds, [](const PointKind& kind) { return kind.point == FaultPoint::force && kind.what == "COMMIT" && !kind.coordinator; });
        kinds.insert(kinds.end(), {{FaultPoint::force, "BEGIN", true}, {FaultPoint::force, "ABORT", false}});
        return kinds;
    }();
    static const std::vector<PointKind> acceptors = [] {
        std::vector<PointKind> kinds = two_phase_points();
        std::erase_if(kinds, [](const PointKind& kind) { return kind.point == FaultPoint::force && kind.what == "COMMIT" && kind.coordinator; });
        kinds.push_back({FaultPoint::force, "ACCEPTED", true});
        return kinds;
    }();
    const checks::Rules& rules = checks::rules_of(protocol);
    if (rules.acceptors) return acceptors;
    if (rules.collects) return presumed_commit;
    return rules.acks_abort ? basic : two_phase_points();
}

FaultPlan::FaultPlan(World& world, base::Prng& prng, Coverage& coverage, Operators& operators)
    : m_world(&world), m_prng(&prng), m_coverage(&coverage), m_operators(&operators) {
    const auto protocol = commit::find_protocol(world.protocol().name);
    m_crashes_only = protocol.ok() && !(*protocol)->assumptions.empty();
    m_world->on_crash = [this](NodeId node, bool by_fault, Disk::Landed landed) { died(node, by_fault, landed); };
}

NodeId FaultPlan::any_node() { return m_world->nodes()[m_prng->below(m_world->nodes().size())]; }
NodeId FaultPlan::any_participant() { return m_world->participants()[m_prng->below(m_world->participants().size())]; }

void FaultPlan::died(NodeId node, bool by_fault, Disk::Landed landed) {
    if (landed == Disk::Landed::none) ++m_coverage->faults["sync in flight lost"];
    if (landed == Disk::Landed::part) ++m_coverage->faults["sync in flight landed in part"];
    if (landed == Disk::Landed::all) ++m_coverage->faults["sync in flight landed"];
    if (by_fault) ++m_coverage->faults["crash at a protocol point"];
    const std::int64_t down = m_prng->chance(200) ? between(1, 5) * ms : between(20, 2500) * ms;  // no process is back at once
    m_world->scheduler().after(m_healed ? ms : down, [this, node] {
        if (m_world->up(node)) return;
        m_world->start(node);
        ++m_coverage->faults["restart"];
    });
}

void FaultPlan::crash(std::int64_t at_ns, NodeId node) {
    m_world->scheduler().at(at_ns, [this, node] {
        if (m_healed || !m_world->up(node)) return;
        ++m_coverage->faults["crash"];
        m_world->crash(node, "killed");
    });
}

void FaultPlan::crash_all(std::int64_t at_ns) {
    for (const NodeId node : m_world->nodes()) {
        m_world->scheduler().at(at_ns + between(0, 3) * ms, [this, node] {
            if (m_healed || !m_world->up(node)) return;
            ++m_coverage->faults["crash"];
            m_world->crash(node, "killed");
            const auto& nodes = m_world->nodes();  // counted when it has come to that, not when it was planned
            if (std::none_of(nodes.begin(), nodes.end(), [this](NodeId other) { return m_world->up(other); })) ++m_coverage->faults["crash of all nodes"];
        });
    }
}

void FaultPlan::crash_at_point(std::int64_t at_ns) {
    const auto& kinds = point_kinds(m_world->protocol().name);
    const PointKind& kind = kinds[m_prng->below(kinds.size())];
    if (m_crashes_only && kind.what == "REFUSED") return crash(at_ns, any_participant());  // what leads there loses messages
    FaultRule rule;
    rule.act = FaultAct::crash;
    rule.after = m_prng->chance(500);
    rule.point = kind.point;
    rule.what = kind.what;
    rule.at = kind.coordinator ? m_world->coordinator() : any_participant();
    rule.index = kind.point == FaultPoint::send && m_prng->chance(300) ? static_cast<std::uint32_t>(1 + m_prng->below(3)) : 0;
    rule.text = (rule.after ? "after " : "before ") + kind.name();
    m_world->scheduler().at(at_ns, [this, rule] {
        if (!m_healed) m_world->faults().add(rule);
    });
    lead_to(rule, at_ns);
}

// Some points are only reached on the way back from another crash, or when somebody asks for it.
void FaultPlan::lead_to(const FaultRule& rule, std::int64_t at_ns) {
    if (rule.what == "INCARNATION" || rule.what == "INQUIRY" || rule.what == "UNDECIDED" || rule.what.starts_with("STATE-") || rule.what.starts_with("MOVE") || rule.what == "ELECTED" || rule.what == "PRE-ABORTED")
        crash(at_ns + between(1, 300) * ms, rule.what == "INCARNATION" ? rule.at : any_node());
    if (rule.what == "ACCOUNT") {
        m_world->scheduler().at(at_ns + between(1, 300) * ms, [this, node = rule.at] {
            m_world->open_accounts(node, {{node.name() + "-LATE-" + std::to_string(++m_late_accounts), "Late", base::Currency::of("EUR"), 5'000, -1}});
        });
    }
    if (rule.what == "REFUSED") {  // a branch refuses for good only before it has voted
        FaultRule never_asked;
        never_asked.act = FaultAct::drop;
        never_asked.what = "PREPARE";
        never_asked.to = rule.at;
        never_asked.times = 3;
        never_asked.text = "drop PREPARE to " + rule.at.name();
        m_world->scheduler().at(at_ns, [this, never_asked] {
            if (!m_healed) m_world->faults().add(never_asked);
        });
        m_operators->ask_to_refuse(at_ns + between(1, 50) * ms, rule.at);
    }
    if (rule.what == "FORGET") m_operators->force_and_forget(at_ns, rule.at);
}

void FaultPlan::message_fault(std::int64_t at_ns, FaultAct act) {
    static constexpr std::string_view kinds[] = {"PREPARE", "YES", "NO", "READ-ONLY", "COMMIT", "ABORT", "ACK", "INQUIRY", "any"};
    FaultRule rule;
    rule.act = act;
    rule.what = kinds[m_prng->below(std::size(kinds))];
    rule.times = static_cast<std::uint32_t>(1 + m_prng->below(4));
    rule.delay_ms = between(1, 3000);
    rule.text = std::string(act == FaultAct::drop ? "drop " : act == FaultAct::hold ? "hold " : act == FaultAct::delay ? "delay " : "duplicate ") + rule.what;
    m_world->scheduler().at(at_ns, [this, rule] {
        if (!m_healed) m_world->faults().add(rule);
    });
    if (act != FaultAct::hold) return;
    m_world->scheduler().at(at_ns + between(50, 2500) * ms, [this] { m_world->release_held(std::nullopt); });
}

void FaultPlan::spell(std::int64_t at_ns, std::uint32_t Network::*rate, std::uint32_t per_thousand) {
    m_world->scheduler().at(at_ns, [this, rate, per_thousand] {
        if (!m_healed) m_world->network().*rate = per_thousand;
    });
    m_world->scheduler().at(at_ns + between(100, 1500) * ms, [this, rate] { m_world->network().*rate = 0; });
}

void FaultPlan::cut(std::int64_t at_ns, const std::string& kind) {
    std::vector<std::pair<NodeId, NodeId>> cuts;
    const auto& nodes = m_world->nodes();
    if (kind == "one-way cut") {
        const NodeId participant = any_participant();
        const bool out = m_prng->chance(500);
        cuts.emplace_back(out ? nodes.front() : participant, out ? participant : nodes.front());
    } else {
        const NodeId alone = any_node();
        const std::uint64_t sides = m_prng->next();
        for (std::size_t a = 0; a < nodes.size(); ++a)
            for (std::size_t b = 0; b < nodes.size(); ++b) {
                const bool apart = kind == "halves" ? (sides >> a & 1) != (sides >> b & 1) : a != b && (nodes[a] == alone || nodes[b] == alone);
                if (apart) cuts.emplace_back(nodes[a], nodes[b]);
            }
    }
    m_world->scheduler().at(at_ns, [this, cuts, kind] {
        if (m_healed) return;
        for (const auto& [from, to] : cuts) m_world->network().cut(from, to);
        const std::uint64_t before = m_world->network().counters.cut;
        m_world->scheduler().after(between(100, 2000) * ms, [this, kind, before] {
            if (m_world->network().counters.cut > before) ++m_coverage->faults[kind];
            const auto loss = m_world->network().loss_per_thousand;
            const auto duplicate = m_world->network().duplicate_per_thousand;
            const auto reorder = m_world->network().reorder_per_thousand;
            const auto extra = m_world->network().extra_ns;
            m_world->network().heal();  // one partition at a time; the other spells go on
            if (m_healed) return;
            m_world->network().loss_per_thousand = loss;
            m_world->network().duplicate_per_thousand = duplicate;
            m_world->network().reorder_per_thousand = reorder;
            m_world->network().extra_ns = extra;
        });
    });
}

void FaultPlan::plan(std::int64_t from_ns, std::int64_t until_ns) {
    const std::int64_t at_ns = between(from_ns, until_ns - 1);
    Scheduler& scheduler = m_world->scheduler();
    const std::uint64_t choice = m_prng->below(100);
    if (choice < 14) return crash(at_ns, any_node());
    if (choice < 17) {
        return crash_all(at_ns);
    }
    if (choice < 52) return crash_at_point(at_ns);
    if (m_crashes_only && (choice < 90 || (choice >= 93 && choice < 96))) return crash(at_ns, any_node());
    if (choice < 57) return spell(at_ns, &Network::loss_per_thousand, static_cast<std::uint32_t>(between(20, 400)));
    if (choice < 62) return spell(at_ns, &Network::duplicate_per_thousand, static_cast<std::uint32_t>(between(50, 500)));
    if (choice < 66) return spell(at_ns, &Network::reorder_per_thousand, static_cast<std::uint32_t>(between(50, 500)));
    if (choice < 69) {
        const std::int64_t extra = between(5, 900) * ms;
        scheduler.at(at_ns, [this, extra] { m_world->network().extra_ns = m_healed ? 0 : extra; });
        scheduler.at(at_ns + between(50, 800) * ms, [this] { m_world->network().extra_ns = 0; });
        return;
    }
    if (choice < 73) return cut(at_ns, "one-way cut");
    if (choice < 76) return cut(at_ns, "isolated node");
    if (choice < 78) return cut(at_ns, "halves");
    if (choice < 82) return message_fault(at_ns, FaultAct::drop);
    if (choice < 86) return message_fault(at_ns, FaultAct::hold);
    if (choice < 88) return message_fault(at_ns, FaultAct::delay);
    if (choice < 90) return message_fault(at_ns, FaultAct::duplicate);
    const NodeId node = any_node();
    if (choice < 93) {
        const std::int64_t slow = between(5, 400) * ms;
        scheduler.at(at_ns, [this, node, slow] {
            m_world->disk(node).sync_ns = m_healed ? m_world->disk(node).sync_ns : slow;
            if (!m_healed && m_world->up(node)) ++m_coverage->faults["slow disk"];
        });
        scheduler.at(at_ns + between(100, 1500) * ms, [this, node] { m_world->disk(node).sync_ns = 400'000; });
        return;
    }
    if (choice < 96) {
        scheduler.at(at_ns, [this, node] {
            if (m_healed || !m_world->up(node)) return;
            ++m_coverage->faults["pause"];
            m_world->suspend(node);
        });
        scheduler.at(at_ns + between(50, 2500) * ms, [this, node] { m_world->resume(node); });
        return;
    }
    if (choice < 98) {
        const bool step = m_prng->chance(500);
        const std::int64_t size = between(-5000, 5000);
        scheduler.at(at_ns, [this, node, step, size] {
            if (step) m_world->clock(node).skew_ns = size * ms;
            else m_world->clock(node).drift_ppm = size;
            ++m_coverage->faults[step ? "clock step" : "clock drift"];
        });
        return;
    }
    scheduler.at(at_ns, [this, node] {
        if (!m_world->up(node)) return;
        m_world->snapshot(node);
        ++m_coverage->faults["snapshot"];
    });
}

void FaultPlan::heal() {
    m_healed = true;
    for (const FaultRule& rule : m_world->faults().clear(std::nullopt)) {
        if (rule.hits == 0) continue;
        if (rule.act == FaultAct::crash) m_coverage->points[rule.text] += rule.hits;
        if (rule.act == FaultAct::drop) m_coverage->faults["dropped message"] += rule.hits;
        if (rule.act == FaultAct::hold) m_coverage->faults["held message"] += rule.hits;
        if (rule.act == FaultAct::duplicate) m_coverage->faults["doubled message"] += rule.hits;
        if (rule.act == FaultAct::delay) m_coverage->faults["delayed message"] += rule.hits;
    }
    const NetworkCounters& counters = m_world->network().counters;
    for (const auto& [name, count] : {std::pair{"loss", counters.lost}, {"delay", counters.delayed}, {"duplication", counters.duplicated},
                                      {"late duplicate", counters.replayed}, {"reordering", counters.reordered}})
        if (count > 0) m_coverage->faults[name] += count;
    m_world->network().heal();
    m_world->release_held(std::nullopt);
    for (const NodeId node : m_world->nodes()) {
        m_world->disk(node).sync_ns = 400'000;
        m_world->resume(node);
        if (m_world->up(node)) continue;
        m_world->start(node);
        ++m_coverage->faults["restart"];
    }
}

}  // namespace indoubt::simulation
