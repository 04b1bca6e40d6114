// SPDX-License-Identifier: GPL-3.0-or-later
// What the canvas draws, in words and indices: no pixel, no colour. `event` is an index into `events`, causal order; -1 as an
// end means "still so". Made by scene_builder.h from the view's diagram of one payment.
#pragma once
#include <QString>
#include <vector>

#include "theme/glyphs.h"
#include "theme/strokes.h"
#include "timeline/axis.h"

namespace indoubt::console::timeline {

struct SceneLane {
    QString id;                              // "T"
    QString name;                            // "Coordinator", "Hafenbank"
    QString role;                            // "presumed abort", "debit", "credit", "fee"
    QString amount;                          // "120.00"; empty at the coordinator
    theme::Glyph sign = theme::Glyph::None;  // vote, or the coordinator's verdict
    QString word;                            // "YES", "COMMIT", "no answer"
    bool muted = false;                      // does not answer
    QString behind;                          // "B's clock is 120 ms behind"; empty when it agrees. Shown in Clock
};

struct SceneMessage {
    int send = -1, arrive = -1;  // arrive -1: under way or lost
    int from = 0, to = 0;        // lanes
    theme::MessageKind kind = theme::MessageKind::Other;
    QString text;  // "COMMIT ×2", "asks T"
    bool repeat = false;
    bool lost = false;
    int held = -1, released = -1;  // a fault held it back at the recipient
    bool crossed = false;          // arrives before it was sent, by the clocks
    bool folded = false;           // within a folded stretch: one more of what its remark tells
};

struct SceneSpan {
    enum class Kind { InDoubt, Blocked, Heuristic, Damage, Lock, Sync, Down, Suspended, Waiting, Cut };
    Kind kind = Kind::InDoubt;
    int lane = 0;
    int from = 0, to = -1;
    QString text;  // amount of a lock, word of a heuristic, amount at stake
};

struct SceneMark {
    enum class Kind { Syncing, Durable, Lazy, Crash, Restart, Decide, End, Fault, Note, Order };
    Kind kind = Kind::Note;
    int event = 0;
    QString text;
};

struct Scene {
    QString origin;  // "from 12:04:31.614"
    QString tail;    // clock time at the right edge while the payment is open
    std::vector<SceneLane> lanes;
    std::vector<AxisEvent> events;
    std::vector<Stretch> stretches;      // folded time
    std::vector<SceneMessage> messages;  // by send
    std::vector<SceneSpan> spans;
    std::vector<SceneMark> marks;
    std::vector<QString> titles;   // of each event: "durable PREPARED"
    std::vector<QString> details;  // "record 11, forced, 1.25 ms"; may be empty
    bool open = false;             // lengthens with time
    quint64 version = 0;           // changes whenever anything above does
};

// What a guided tour points at.
struct Story {
    struct Badge {
        int event;
        QString text;
    };  // a number in a disc over the event
    struct Region {
        int from, to;
        QString fromText, toText;
    };  // between two events, dashed edges
    std::vector<Badge> badges;
    std::vector<Region> regions;
};

// Which events and messages stand out because something is selected.
struct Highlight {
    int event = -1;
    std::vector<int> causes, effects;  // direct ones
};
Highlight highlightOf(const Scene& scene, int event);

}  // namespace indoubt::console::timeline
