// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/timeline_traces.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>

#include "base/check.h"

#include "simulation/seed_payments.h"
#include "simulation/world.h"

namespace indoubt::tests {
namespace {

using namespace events;
constexpr std::int64_t ms = 1'000'000, second = 1'000'000'000;

const NodeId T = NodeId::of("T"), A = NodeId::of("A"), B = NodeId::of("B"), C = NodeId::of("C");
const char* const mara = "DE37900000010000471108";
const char* const shop = "LU289990000000471200";
const char* const fees = "NL36KSTL0000471300";

Payment wheel(const std::string& reference, std::int64_t minor = 12000) {
    const Currency eur = Currency::of("EUR");
    Payment payment;
    payment.idempotency_key = reference;
    payment.refs.reference = reference;
    payment.refs.end_to_end_id = "MEND-" + reference.substr(reference.size() - 2);
    payment.debtor = {"Mara Lindholm", mara, "HAFBDEH0XXX"};
    payment.creditor = {"Velo Atelier", shop, "BLACLUL0XXX"};
    payment.amount = {minor, eur};
    payment.legs = {
        {A, LegKind::debit, mara, {minor, eur}}, {B, LegKind::credit, shop, {minor - 60, eur}}, {C, LegKind::fee, fees, {60, eur}}};
    return payment;
}

class Story {
  public:
    explicit Story(std::uint64_t seed = 11) : world(setup(seed)) {
        world.network().latency_ns = 620'000;
        world.network().jitter_ns = 260'000;
        for (const NodeId node : world.nodes()) {
            world.disk(node).sync_ns = 760'000;
            world.disk(node).sync_jitter_ns = 500'000;
            world.start(node);
        }
        world.run_until(20 * ms);
        const Currency eur = Currency::of("EUR");
        world.open_accounts(A, {{mara, "Mara Lindholm", eur, 248000, -1}});
        world.open_accounts(B, {{shop, "Velo Atelier", eur, 31075, -1}, {"LU510087", "Sakura Import", Currency::of("JPY"), 1250000, -1}});
        world.open_accounts(C, {{fees, "Kestrel fees", eur, 0, -1}, {"NL440001", "Al Noor", Currency::of("KWD"), 812450, -1}});
        world.run_until(60 * ms);
    }

    void fault(const std::string& rule) {
        auto parsed = runtime::parse_fault(rule);
        INDOUBT_CHECK(parsed, "a scene's fault rule must parse");
        world.faults().add(std::move(parsed).value());
    }
    void pay(const Payment& payment) {
        const bool taken = world.submit(std::make_shared<Payment>(payment), std::nullopt, [](const runtime::OutAnswer&) {});
        INDOUBT_CHECK(taken, "T takes payments when a scene begins");
    }
    void run(std::int64_t ns) { world.run_until(world.now_ns() + ns); }

    // Named as the story names them, and as late as now: a trace that ended in 2010 would show nothing but its age.
    Trace trace(const std::string& reference) {
        Trace out;
        out.events = world.take_trace();
        std::sort(out.events.begin(), out.events.end(), [](const Event& a, const Event& b) { return position(a) < position(b); });
        const std::int64_t wall =
            std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
        const std::int64_t shift = wall - out.events.back().hlc;
        for (Event& e : out.events) {
            e.hlc += shift;
            e.at_ns += shift;
            if (const Record* r = e.record(); r && r->kind == RecordKind::begin && r->payment && r->payment->refs.reference == reference)
                out.xid = e.xid;
            if (const Record* r = e.record(); r && r->shape) {
                auto named = std::make_shared<Record>(*r);
                auto shape = std::make_shared<ClusterShape>(*r->shape);
                shape->name = "Local sandbox";
                for (auto& member : shape->members) {
                    if (member.node == A) member = {A, "Hafenbank", "HAFBDEH0XXX"};
                    if (member.node == B) member = {B, "Banque du Lac", "BLACLUL0XXX"};
                    if (member.node == C) member = {C, "Kestrel Pay", "KSTLNLA0XXX"};
                }
                named->shape = shape;
                e.payload = RecordPtr(named);
            }
        }
        out.end_hlc = out.events.back().hlc;
        return out;
    }

    simulation::World world;

  private:
    static simulation::WorldSetup setup(std::uint64_t seed) {
        simulation::WorldSetup s;
        s.participants = {A, B, C};
        s.seed = seed;
        return s;
    }
};

}  // namespace

Trace committed_trace() {
    Story story;
    story.pay(wheel("INV-2041"));
    story.run(60 * ms);
    return story.trace("INV-2041");
}

Trace held_trace() {
    Story story(6);
    story.fault("hold YES from C to T");
    story.pay(wheel("PO-7719"));
    story.run(300 * ms);
    story.world.suspend(B);
    story.run(400 * ms);
    story.world.resume(B);
    story.run(3 * ms);
    story.world.release_held(std::nullopt);
    story.run(80 * ms);
    return story.trace("PO-7719");
}

Trace long_trace() {
    Story story(12);
    story.fault("hold YES from C to T");
    story.pay(wheel("MISC-1"));
    story.run(1900 * ms);
    story.world.crash(T, "power failure");
    story.run(40 * second);
    story.world.start(T);
    story.run(9 * second);
    return story.trace("MISC-1");
}

Trace skewed_trace() {
    Story story;
    story.world.clock(B).skew_ns = -2 * ms;
    story.pay(wheel("INV-2041"));
    story.run(60 * ms);
    return story.trace("INV-2041");
}

Trace lost_commit_trace() {
    Story story(5);
    story.fault("drop COMMIT from T to B");
    story.pay(wheel("INV-2044"));
    story.run(12 * ms);
    story.world.crash(T, "crash T");
    story.run(41 * second);
    story.world.start(T);
    story.run(3 * second);
    return story.trace("INV-2044");
}

Trace blocked_trace(std::int64_t seconds) {
    Story story(3);
    story.fault("crash after force COMMIT at T");
    story.pay(wheel("INV-2042"));
    story.run(seconds * second);
    return story.trace("INV-2042");
}

Trace refused_trace() {
    Story story(9);
    story.pay(wheel("PO-8812", 9'000'000));
    story.run(60 * ms);
    return story.trace("PO-8812");
}

Trace heuristic_trace() {
    Story story(4);
    story.fault("crash after force COMMIT at T");
    Payment payment = wheel("SAL-0007");
    story.pay(payment);
    story.run(9 * second);
    const Trace before = [&] {
        Trace found;
        for (const Event& e : story.world.trace())
            if (const Record* r = e.record(); r && r->kind == RecordKind::begin) found.xid = e.xid;
        return found;
    }();
    auto note = std::make_shared<OperatorNote>();
    note->actor = "Ana Ruiz";
    note->action = "resolve rollback";
    note->reason = "customer needs the money today";
    note->ticket = "OPS-118";
    note->idempotency_key = "k1";
    runtime::OperatorOrder order;
    order.request = 1;
    order.xid = before.xid;
    order.kind = commit::OrderKind::force_rollback;
    order.note = note;
    story.world.order(A, order, [](const runtime::OutAnswer&) {});
    story.run(4 * second);
    story.world.start(T);
    story.run(12 * second);
    return story.trace("SAL-0007");
}

Trace busy_trace(int payments, std::uint64_t seed) {
    Story story(seed);
    for (const NodeId node : {A, B, C}) story.world.open_accounts(node, simulation::seed_accounts(node));
    story.run(20 * ms);
    std::string last;
    for (int i = 0; i < payments; ++i) {
        Payment payment = simulation::seed_payment(story.world.prng(), {A, B, C}, static_cast<std::uint64_t>(i) + 1);
        payment.refs.reference = "PAY-" + std::to_string(1000 + i);
        last = payment.refs.reference;
        story.pay(payment);
        story.run(2 * ms);
    }
    story.run(200 * ms);
    return story.trace(last);
}

}  // namespace indoubt::tests
