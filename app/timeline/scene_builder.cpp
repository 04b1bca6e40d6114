// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/scene_builder.h"

#include <QCoreApplication>
#include <map>

#include "feed/wording.h"
#include "log/facts.h"

namespace indoubt::console::timeline {
namespace {

using events::EventKind;
using feed::qs;
using theme::Glyph;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

theme::MessageKind strokeOf(events::MessageKind kind) {
    switch (kind) {
        case events::MessageKind::prepare:
            return theme::MessageKind::Prepare;
        case events::MessageKind::vote_yes:
            return theme::MessageKind::VoteYes;
        case events::MessageKind::vote_no:
            return theme::MessageKind::VoteNo;
        case events::MessageKind::vote_read_only:
            return theme::MessageKind::VoteReadOnly;
        case events::MessageKind::commit:
            return theme::MessageKind::Commit;
        case events::MessageKind::abort:
            return theme::MessageKind::Abort;
        case events::MessageKind::ack:
        case events::MessageKind::pre_commit_ack:
        case events::MessageKind::moved:
            return theme::MessageKind::Ack;
        case events::MessageKind::inquiry:
        case events::MessageKind::peer_inquiry:
        case events::MessageKind::state_request:
            return theme::MessageKind::Inquiry;
        default:  // its label says what it is
            return theme::MessageKind::Other;
    }
}

bool takesTime(EventKind kind) {
    return kind == EventKind::receive || kind == EventKind::durable || kind == EventKind::sync || kind == EventKind::timer ||
           kind == EventKind::restart || kind == EventKind::release || kind == EventKind::order || kind == EventKind::resume;
}

bool isDrawn(const events::Event& e) {
    switch (e.kind) {
        case EventKind::send:
        case EventKind::receive:
        case EventKind::durable:
        case EventKind::sync:
        case EventKind::append:
        case EventKind::crash:
        case EventKind::restart:
        case EventKind::decide:
        case EventKind::end:
        case EventKind::hold:
        case EventKind::suspend:
        case EventKind::resume:
        case EventKind::order:
            return true;
        default:
            return false;
    }
}

SceneLane laneOf(const view::TimelineLane& lane, const view::TimelineModel& model, bool down) {
    SceneLane out;
    out.id = qs(lane.node.name());
    out.name = qs(lane.title);
    out.muted = down;
    if (lane.role == view::LaneRole::coordinator) {
        out.role = protocolWords(model.protocol, false);
        if (lane.outcome == events::Outcome::commit) {
            out.sign = Glyph::Committed;
            out.word = Words::tr("COMMIT");
        } else if (lane.outcome == events::Outcome::abort) {
            out.sign = Glyph::Aborted;
            out.word = Words::tr("ABORT");
        } else if (down) {
            out.word = Words::tr("no answer");
        }
    } else if (lane.role == view::LaneRole::manager) {  // has no branch, casts no vote
        out.role = qs(view::word(lane.role));
        if (down) out.word = Words::tr("no answer");
    } else {
        out.role = qs(view::word(lane.role));
        if (!lane.amount.currency.empty())
            out.amount = qs(base::decimal_text(lane.amount.minor, lane.amount.currency.minor_digits(), true));
        switch (lane.vote) {
            case events::Vote::yes:
                out.sign = Glyph::VoteYes;
                out.word = Words::tr("YES");
                break;
            case events::Vote::no:
                out.sign = Glyph::VoteNo;
                out.word = Words::tr("NO");
                break;
            case events::Vote::read_only:
                out.sign = Glyph::VoteReadOnly;
                out.word = Words::tr("READ");
                break;
            case events::Vote::none:
                out.sign = Glyph::VotePending;
                break;
        }
    }
    if (std::abs(lane.skew_ns) >= 1'000'000)
        out.behind = lane.skew_ns < 0 ? Words::tr("clock %1 behind").arg(durationText(-lane.skew_ns))
                                      : Words::tr("clock %1 ahead").arg(durationText(lane.skew_ns));
    return out;
}

// Folded stretches. A branch that nobody answers asks again and again, further and further apart: the first time is drawn, the
// rest goes into one fold that says how often, for a row of folds would leave no room for anything else.
void addStretches(const view::TimelineModel& model, Scene& scene) {
    std::vector<int> again(model.events.size(), -1);  // event -> message that only repeats in vain
    for (std::size_t i = 0; i < model.messages.size(); ++i) {
        const view::TimelineMessage& m = model.messages[i];
        // Asked again, with no answer or one that settles nothing; or told again to one that does not hear.
        const bool question = m.kind == events::MessageKind::inquiry || m.kind == events::MessageKind::peer_inquiry || m.kind == events::MessageKind::state_request;
        const bool nothing = m.kind == events::MessageKind::undecided;
        const bool vain = question || nothing ? m.number >= 2 : m.fate == view::MessageFate::lost && m.repeat && m.number >= 3;
        if (!vain) continue;
        for (const int event : {m.sent, m.received, m.dropped})
            if (event >= 0) again[static_cast<std::size_t>(event)] = static_cast<int>(i);
    }
    const auto inVain = [&](std::size_t i) {
        const EventKind kind = model.events[i].kind;
        return again[i] >= 0 || kind == EventKind::timer || kind == EventKind::ask;
    };
    for (const view::TimelineBreak& gap : model.breaks) {
        bool joins = !scene.stretches.empty();
        QString last;
        if (joins)
            for (auto i = static_cast<std::size_t>(std::lower_bound(scene.events.begin(), scene.events.end(), scene.stretches.back().toNs,
                                                                    [](const AxisEvent&e, std::int64_t ns) { return e.hlcNs < ns; }) -
                                                   scene.events.begin());
                 i < scene.events.size() && scene.events[i].hlcNs <= gap.from_hlc && joins; ++i) {
                joins = inVain(i);
                if (again[i] >= 0 && model.messages[static_cast<std::size_t>(again[i])].kind != events::MessageKind::undecided)
                    last = qs(model.messages[static_cast<std::size_t>(again[i])].label).replace(QLatin1String(" x"), QStringLiteral(" ×"));
            }
        if (!joins || last.isEmpty()) {
            scene.stretches.push_back({gap.from_hlc, gap.to_hlc, durationText(gap.to_hlc - gap.from_hlc), {}});
            continue;
        }
        Stretch& whole = scene.stretches.back();
        whole.toNs = gap.to_hlc;
        whole.text = durationText(whole.toNs - whole.fromNs);
        whole.remark = last;
    }
    for (SceneMessage& m : scene.messages) {
        const std::int64_t at = scene.events[static_cast<std::size_t>(m.send)].hlcNs;
        if (again[static_cast<std::size_t>(m.send)] >= 0)
            m.folded = std::any_of(scene.stretches.begin(), scene.stretches.end(),
                                   [&](const Stretch& stretch) { return at > stretch.fromNs && at < stretch.toNs; });
    }
}

void addSpans(const view::TimelineModel& model, Scene& scene) {
    for (const view::TimelineWrite& write : model.writes) {
        if (!write.forced) {
            if (write.append >= 0) scene.marks.push_back({SceneMark::Kind::Lazy, write.append, {}});
            continue;
        }
        if (write.append >= 0) {
            scene.marks.push_back({SceneMark::Kind::Syncing, write.append, {}});
            if (!write.lost || write.durable >= 0)
                scene.spans.push_back({SceneSpan::Kind::Sync, write.lane, write.append, write.durable, {}});
        }
        if (write.durable >= 0) scene.marks.push_back({SceneMark::Kind::Durable, write.durable, {}});
    }
    for (const view::TimelineBand& band : model.bands) {
        if (band.begin < 0) continue;
        SceneSpan span;
        span.lane = band.lane;
        span.from = band.begin;
        span.to = band.end;
        switch (band.kind) {
            case view::BandKind::in_doubt:
                span.kind = SceneSpan::Kind::InDoubt;
                break;
            case view::BandKind::blocked:
                span.kind = SceneSpan::Kind::Blocked;
                break;
            case view::BandKind::waiting:
                span.kind = SceneSpan::Kind::Waiting;
                break;
            case view::BandKind::down:
                span.kind = SceneSpan::Kind::Down;
                span.text = scene.lanes[static_cast<std::size_t>(band.lane)].id;
                break;
            case view::BandKind::suspended:
                span.kind = SceneSpan::Kind::Suspended;
                break;
            case view::BandKind::heuristic:
                span.kind = SceneSpan::Kind::Heuristic;
                span.text = qs(band.label);
                break;
            case view::BandKind::damage:
                span.kind = SceneSpan::Kind::Damage;
                span.text = qs(band.label);
                break;
        }
        scene.spans.push_back(std::move(span));
    }
    // Several accounts at one bank share the rail: their amounts stand together on it.
    std::vector<SceneSpan> rails;
    for (const view::TimelineLock& lock : model.locks) {
        const QString amount =
            lock.amount.currency.empty() || lock.amount.minor == 0 ? QString() : feed::amountText(lock.amount.minor, lock.amount.currency);
        const auto same = std::find_if(rails.begin(), rails.end(), [&](const SceneSpan& rail) {
            return rail.lane == lock.lane && (rail.to < 0 || lock.begin <= rail.to);
        });
        if (same == rails.end()) {
            rails.push_back({SceneSpan::Kind::Lock, lock.lane, lock.begin, lock.end, amount});
            continue;
        }
        same->from = std::min(same->from, lock.begin);
        same->to = same->to < 0 || lock.end < 0 ? -1 : std::max(same->to, lock.end);
        if (!amount.isEmpty()) same->text += same->text.isEmpty() ? amount : QStringLiteral(" + ") + amount;
    }
    scene.spans.insert(scene.spans.end(), rails.begin(), rails.end());
}

void addMarks(const view::TimelineModel& model, Scene& scene) {
    const auto faults = faultMarks(model);
    const auto laneId = [&](int lane) { return lane >= 0 ? scene.lanes[static_cast<std::size_t>(lane)].id : QString(); };
    for (const view::TimelineMark& mark : model.marks) {
        if (mark.event < 0) continue;
        QString text = qs(mark.label);
        switch (mark.kind) {
            case view::MarkKind::decide:
                scene.marks.push_back({SceneMark::Kind::Decide, mark.event,
                                       text.startsWith(Words::tr("decides")) ? laneId(mark.lane) + QLatin1Char(' ') + text : text});
                break;
            case view::MarkKind::end:
                scene.marks.push_back({SceneMark::Kind::End, mark.event, text});
                break;
            case view::MarkKind::crash:
                scene.marks.push_back({SceneMark::Kind::Crash, mark.event, {}});
                break;
            case view::MarkKind::restart:
                scene.marks.push_back({SceneMark::Kind::Restart, mark.event, text});
                break;
            case view::MarkKind::fault:
                if (std::find(faults.begin(), faults.end(), &mark) == faults.end()) break;
                if (text.startsWith(QLatin1String("FAULT "))) text.remove(0, 6);
                scene.marks.push_back({SceneMark::Kind::Fault, mark.event, text});
                break;
            case view::MarkKind::order:
                scene.marks.push_back({SceneMark::Kind::Order, mark.event, text});
                break;
            case view::MarkKind::forget:
            case view::MarkKind::refuse:
            case view::MarkKind::gap:
                scene.marks.push_back({SceneMark::Kind::Note, mark.event, text});
                break;
            case view::MarkKind::submit:
            case view::MarkKind::suspend:
            case view::MarkKind::resume:
            case view::MarkKind::ask:
            case view::MarkKind::timer:
            case view::MarkKind::answer:
            case view::MarkKind::vote:
            case view::MarkKind::wait:
                break;  // said by a band, a message or the head already
        }
    }
}

}  // namespace

std::vector<const view::TimelineMark*> faultMarks(const view::TimelineModel& model) {
    const auto strikes = [&](const view::TimelineMark& mark) {
        const EventKind kind = model.events[static_cast<std::size_t>(mark.event)].kind;
        return kind == EventKind::crash || kind == EventKind::drop || kind == EventKind::hold;
    };
    std::vector<const view::TimelineMark*> out;
    for (const view::TimelineMark& mark : model.marks) {
        if (mark.kind != view::MarkKind::fault || mark.event < 0) continue;
        const auto rule = model.events[static_cast<std::size_t>(mark.event)].fault;
        const bool told = !strikes(mark) && std::any_of(model.marks.begin(), model.marks.end(), [&](const view::TimelineMark& other) {
            return other.kind == view::MarkKind::fault && other.event >= 0 && strikes(other) &&
                   model.events[static_cast<std::size_t>(other.event)].fault == rule;
        });
        if (!told) out.push_back(&mark);
    }
    return out;
}

QString protocolWords(const events::ProtocolChoice& protocol, bool whole) {
    QString name = protocol.name == "2pc-pa"   ? Words::tr("presumed abort")
                   : protocol.name == "2pc-pc" ? Words::tr("presumed commit")
                   : protocol.name == "2pc"    ? Words::tr("two-phase commit")
                                               : qs(protocol.name);
    if (whole) name += protocol.cooperative ? Words::tr(", cooperative termination") : Words::tr(", cooperative termination off");
    return name;
}

std::shared_ptr<const Scene> buildScene(const view::TimelineModel& model, const feed::Session* session) {
    static quint64 versions = 0;
    auto scene = std::make_shared<Scene>();
    if (model.events.empty() || model.lanes.empty()) return scene;
    const feed::Zone zone = session ? session->zone() : feed::Zone::Utc;
    scene->version = ++versions;
    scene->origin = Words::tr("from %1").arg(feed::timeText(model.begin_hlc, zone));
    scene->open = model.end_hlc > model.events.back().hlc;
    if (scene->open) scene->tail = feed::timeText(model.end_hlc, zone, feed::Precision::Seconds);

    std::vector<bool> down(model.lanes.size());
    for (const view::TimelineBand& band : model.bands)
        if (band.kind == view::BandKind::down && band.end < 0) down[static_cast<std::size_t>(band.lane)] = true;
    for (std::size_t i = 0; i < model.lanes.size(); ++i) scene->lanes.push_back(laneOf(model.lanes[i], model, down[i]));

    std::map<events::EventRef, int> index;
    for (std::size_t i = 0; i < model.events.size(); ++i) index.emplace(model.events[i].ref(), static_cast<int>(i));
    for (std::size_t i = 0; i < model.events.size(); ++i) {
        const events::Event& e = model.events[i];
        AxisEvent at;
        at.lane = i < model.lane_of.size() ? std::max(0, model.lane_of[i]) : 0;
        at.hlcNs = e.hlc;
        at.clockNs = e.at_ns;
        at.drawn = isDrawn(e);
        at.step = takesTime(e.kind);
        at.fan = e.kind == EventKind::send && e.message() ? static_cast<int>(e.message()->kind) : 0;
        for (const events::EventRef& cause : e.causes)
            if (const auto found = index.find(cause); found != index.end() && found->second < static_cast<int>(i))
                at.causes.push_back(found->second);
        scene->events.push_back(std::move(at));
        scene->titles.push_back(log::titleText(e));
        const QString disk = log::onDiskText(e), detail = log::detailText(e, session);
        scene->details.push_back(disk.isEmpty() || detail.isEmpty() ? disk + detail : detail + QStringLiteral(", ") + disk);
    }
    for (const view::TimelineMessage& m : model.messages) {
        if (m.sent < 0 || m.from < 0 || m.to < 0) continue;
        SceneMessage out;
        out.send = m.sent;
        out.from = m.from;
        out.to = m.to;
        out.kind = strokeOf(m.kind);
        out.text = qs(m.label).replace(QLatin1String(" x"), QStringLiteral(" ×"));
        out.repeat = m.repeat;
        out.lost = m.fate == view::MessageFate::lost && m.held < 0;  // what was held back got as far as its recipient
        out.arrive = out.lost ? m.dropped : m.received;
        out.held = m.held;
        out.released = m.released;
        if (out.arrive >= 0)
            out.crossed = model.events[static_cast<std::size_t>(out.arrive)].at_ns < model.events[static_cast<std::size_t>(out.send)].at_ns;
        scene->messages.push_back(std::move(out));
    }
    addStretches(model, *scene);
    addSpans(model, *scene);
    addMarks(model, *scene);
    return scene;
}

}  // namespace indoubt::console::timeline
