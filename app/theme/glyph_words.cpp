// SPDX-License-Identifier: GPL-3.0-or-later
// The word of every sign, as a person reads or hears it.
#include <QCoreApplication>

#include "theme/glyphs.h"

namespace indoubt::console::theme {

QString glyphWord(Glyph glyph) {
    const auto word = [](const char* text) { return QCoreApplication::translate("Glyph", text); };
    switch (glyph) {
        case Glyph::None:
            return {};
        case Glyph::Active:
            return word(QT_TRANSLATE_NOOP("Glyph", "active"));
        case Glyph::Preparing:
            return word(QT_TRANSLATE_NOOP("Glyph", "preparing"));
        case Glyph::InDoubt:
            return word(QT_TRANSLATE_NOOP("Glyph", "in doubt"));
        case Glyph::Blocked:
            return word(QT_TRANSLATE_NOOP("Glyph", "blocked"));
        case Glyph::Committing:
            return word(QT_TRANSLATE_NOOP("Glyph", "committing"));
        case Glyph::Committed:
            return word(QT_TRANSLATE_NOOP("Glyph", "committed"));
        case Glyph::Aborting:
            return word(QT_TRANSLATE_NOOP("Glyph", "aborting"));
        case Glyph::Aborted:
            return word(QT_TRANSLATE_NOOP("Glyph", "aborted"));
        case Glyph::Heuristic:
            return word(QT_TRANSLATE_NOOP("Glyph", "heuristic"));
        case Glyph::Damage:
            return word(QT_TRANSLATE_NOOP("Glyph", "damage"));
        case Glyph::VoteYes:
            return word(QT_TRANSLATE_NOOP("Glyph", "YES"));
        case Glyph::VoteNo:
            return word(QT_TRANSLATE_NOOP("Glyph", "NO"));
        case Glyph::VoteReadOnly:
            return word(QT_TRANSLATE_NOOP("Glyph", "read-only"));
        case Glyph::VotePending:
            return word(QT_TRANSLATE_NOOP("Glyph", "no vote yet"));
        case Glyph::VoteNotEnrolled:
            return word(QT_TRANSLATE_NOOP("Glyph", "not enrolled"));
        case Glyph::RaftVote:
            return word(QT_TRANSLATE_NOOP("Glyph", "Raft vote"));
        case Glyph::Durable:
            return word(QT_TRANSLATE_NOOP("Glyph", "durable"));
        case Glyph::Syncing:
            return word(QT_TRANSLATE_NOOP("Glyph", "syncing"));
        case Glyph::LazyWrite:
            return word(QT_TRANSLATE_NOOP("Glyph", "lazy write"));
        case Glyph::Crash:
            return word(QT_TRANSLATE_NOOP("Glyph", "crash"));
        case Glyph::Restart:
            return word(QT_TRANSLATE_NOOP("Glyph", "restart"));
        case Glyph::Suspended:
            return word(QT_TRANSLATE_NOOP("Glyph", "suspended"));
        case Glyph::HeldBack:
            return word(QT_TRANSLATE_NOOP("Glyph", "held back"));
        case Glyph::Lock:
            return word(QT_TRANSLATE_NOOP("Glyph", "lock"));
        case Glyph::Lost:
            return word(QT_TRANSLATE_NOOP("Glyph", "lost"));
        case Glyph::Undetermined:
            return word(QT_TRANSLATE_NOOP("Glyph", "undetermined"));
        case Glyph::FaultTag:
            return word(QT_TRANSLATE_NOOP("Glyph", "injected fault"));
        case Glyph::Check:
            return word(QT_TRANSLATE_NOOP("Glyph", "done"));
        case Glyph::Bell:
            return word(QT_TRANSLATE_NOOP("Glyph", "watched"));
        case Glyph::Clock:
            return word(QT_TRANSLATE_NOOP("Glyph", "due"));
        case Glyph::Send:
            return word(QT_TRANSLATE_NOOP("Glyph", "send"));
        case Glyph::Receive:
            return word(QT_TRANSLATE_NOOP("Glyph", "receive"));
        case Glyph::Partition:
            return word(QT_TRANSLATE_NOOP("Glyph", "link cut"));
        case Glyph::Person:
            return word(QT_TRANSLATE_NOOP("Glyph", "person"));
        case Glyph::Dot:
            return word(QT_TRANSLATE_NOOP("Glyph", "live"));
        case Glyph::Watch:
            return word(QT_TRANSLATE_NOOP("Glyph", "Watch"));
        case Glyph::Desk:
            return word(QT_TRANSLATE_NOOP("Glyph", "Desk"));
        case Glyph::Timeline:
            return word(QT_TRANSLATE_NOOP("Glyph", "Timeline"));
        case Glyph::Log:
            return word(QT_TRANSLATE_NOOP("Glyph", "Log"));
        case Glyph::Money:
            return word(QT_TRANSLATE_NOOP("Glyph", "Money"));
        case Glyph::Lab:
            return word(QT_TRANSLATE_NOOP("Glyph", "Lab"));
        case Glyph::Search:
            return word(QT_TRANSLATE_NOOP("Glyph", "search"));
        case Glyph::Pin:
            return word(QT_TRANSLATE_NOOP("Glyph", "pin"));
        case Glyph::Copy:
            return word(QT_TRANSLATE_NOOP("Glyph", "copy"));
        case Glyph::TearOff:
            return word(QT_TRANSLATE_NOOP("Glyph", "open in its own window"));
        case Glyph::More:
            return word(QT_TRANSLATE_NOOP("Glyph", "more"));
        case Glyph::Close:
            return word(QT_TRANSLATE_NOOP("Glyph", "close"));
        case Glyph::ChevronDown:
            return word(QT_TRANSLATE_NOOP("Glyph", "open"));
        case Glyph::ChevronRight:
            return word(QT_TRANSLATE_NOOP("Glyph", "closed"));
        case Glyph::ChevronUp:
            return word(QT_TRANSLATE_NOOP("Glyph", "up"));
        case Glyph::ChevronLeft:
            return word(QT_TRANSLATE_NOOP("Glyph", "back"));
        case Glyph::StepFirst:
            return word(QT_TRANSLATE_NOOP("Glyph", "first"));
        case Glyph::StepBack:
            return word(QT_TRANSLATE_NOOP("Glyph", "step back"));
        case Glyph::StepForward:
            return word(QT_TRANSLATE_NOOP("Glyph", "step"));
        case Glyph::StepLast:
            return word(QT_TRANSLATE_NOOP("Glyph", "last"));
        case Glyph::Pause:
            return word(QT_TRANSLATE_NOOP("Glyph", "pause"));
        case Glyph::Play:
            return word(QT_TRANSLATE_NOOP("Glyph", "resume"));
    }
    return {};
}

}  // namespace indoubt::console::theme
