// SPDX-License-Identifier: GPL-3.0-or-later
// Faults: one decorator around the core's inputs and effects, live and simulated alike. Rules outlive the crash they cause:
// the FaultBox belongs to the shell of a node, the driver only asks it. Thread-safe; free when it holds no rule.
//
// Rule language (also `fault add`):
//   crash {before|after} force RECORD at NODE            RECORD: BEGIN, PREPARED, COMMIT, ABORT, END, REFUSED, HEURISTIC COMMIT,
//                                                     HEURISTIC ROLLBACK, DAMAGE, FORGET, ORDER, INCARNATION, ACCOUNT; strikes where it is forced
//   crash {before|after} send MESSAGE [i of n] at NODE   MESSAGE: PREPARE, YES, NO, READ-ONLY, COMMIT, ABORT, ACK, INQUIRY
//   crash {before|after} receive MESSAGE at NODE
//   drop|hold MESSAGE [from X] [to Y]      delay 200ms MESSAGE [from X] [to Y]      duplicate MESSAGE [from X] [to Y]
//   cut X to Y            cut X and Y      (X, Y: node names; MESSAGE may be `any`)
//   ... [for XID] [once|times N]           crash, drop and hold are one-shot unless `times N` or `always`; cut and delay last until cleared
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/limits.h"
#include "events/event.h"

namespace indoubt::runtime {

enum class FaultAct : std::uint8_t { crash, drop, delay, hold, duplicate, cut };
enum class FaultPoint : std::uint8_t { force, send, receive };

struct FaultRule {
    std::uint64_t id = 0;
    FaultAct act = FaultAct::crash;
    bool after = false;                               // crash: before or after
    FaultPoint point = FaultPoint::send;
    std::string what;                                 // "COMMIT", "YES", or "any"
    std::uint32_t index = 0;                          // send i of n: i, from 1; 0 = any
    base::NodeId at;                                  // crash
    base::NodeId from, to;                            // messages, cuts; empty = any
    bool both_ways = false;                           // cut X and Y
    base::Xid xid;                                    // empty = any
    std::int64_t delay_ms = 0;
    std::uint32_t times = 1;                          // how often it strikes; 0 = until cleared
    std::uint32_t hits = 0;
    std::string text;                                 // as given
    bool active() const { return times == 0 || hits < times; }
};
// Of one rule: "add fault: RULE" is written into a log as the words of an order, which have text_bytes_max.
inline constexpr std::size_t fault_rule_bytes_max = 120;
inline constexpr std::size_t fault_rules_max = 1000;           // at a time, spent ones included
inline constexpr std::size_t held_messages_max = 65536;        // as many as fit a mailbox

// Errors name the word that does not fit and what is possible there.
base::Result<FaultRule> parse_fault(std::string_view text);

struct FaultVerdict {
    enum class Kind : std::uint8_t { pass, crash, drop, delay, hold, duplicate } kind = Kind::pass;
    std::uint64_t rule = 0;
    std::string text;
    std::int64_t delay_ms = 0;
};

class FaultBox {
  public:
    std::uint64_t add(FaultRule rule);                // keeps a nonzero id, else gives the next
    std::vector<FaultRule> list() const;
    std::vector<FaultRule> clear(std::optional<std::uint64_t> id);  // what was removed
    bool full() const { return m_rules_count.load(std::memory_order_acquire) >= fault_rules_max; }
    bool idle() const { return m_rules_count.load(std::memory_order_acquire) == 0; }

    // Asked by the driver at each point; counts a hit and consumes one-shots.
    FaultVerdict at_force(base::NodeId node, bool after, const events::Record& record);
    FaultVerdict at_send(base::NodeId node, bool after, const events::Message& message, std::uint32_t index);
    FaultVerdict at_receive(base::NodeId node, bool after, const events::Message& message);

    // Messages held back at their recipient; they stay when it crashes. False: so many are held that this one is lost.
    bool hold(std::uint64_t rule, events::Envelope envelope);
    std::vector<events::Envelope> release(std::optional<std::uint64_t> rule);
    std::size_t held(std::uint64_t rule) const;

  private:
    FaultVerdict match(FaultPoint point, bool after, base::NodeId node, std::string_view what, const events::Message* message, const base::Xid& xid,
                       std::uint32_t index);
    mutable std::mutex m_mutex;
    std::atomic<std::size_t> m_rules_count{0};
    std::uint64_t m_next_id = 1;
    std::vector<FaultRule> m_rules;
    struct HeldMessage { std::uint64_t rule; events::Envelope envelope; };
    std::vector<HeldMessage> m_held;
};

}  // namespace indoubt::runtime
