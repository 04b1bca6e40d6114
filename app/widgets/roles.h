// SPDX-License-Identifier: GPL-3.0-or-later
// What a model answers so that the delegates can paint a cell. DisplayRole always carries the plain text as well (copying,
// accessibility, tests).
#pragma once
#include <QList>
#include <QMetaType>
#include <Qt>

#include "theme/glyphs.h"

namespace indoubt::console::widgets {

enum CellRole : int {
    ToneRole = Qt::UserRole + 200,  // int(Tone): type and ink of the text
    GlyphRole,                      // int(theme::Glyph): a sign before the text (TextDelegate, StateDelegate)
    StateRole,                      // int(theme::PaymentState) (StateDelegate)
    AmountRole,                     // widgets::Amount (AmountDelegate)
    VotesRole,                      // widgets::Votes (VotesDelegate)
    PlateRole,                      // QString: the node's letter as a plate (PlateDelegate)
    TailRole,                       // QString: muted words after the text ("Hafenbank" after "Mara Lindholm")
    FaultRole,                      // QString: paint a FAULT tag before the text
    GroupRole,                      // QString in column 0: this row is a group head over all columns; TailRole is its muted tail,
                                    // GlyphRole its sign, GroupOpenRole its chevron
    GroupOpenRole,                  // bool
    RowTintRole                     // int(RowTint) in column 0
};

enum class Tone { Text, Muted, Reference, Strong, Mono, MonoMuted, Faint, Small, SmallMuted };
enum class RowTint { None, Marked, Blocked, Sum };  // Marked: selection fill without the edge; Sum: panel fill, 500

using Votes = QList<theme::Glyph>;  // one per participant column, in lane order

}  // namespace indoubt::console::widgets

Q_DECLARE_METATYPE(QList<indoubt::console::theme::Glyph>)
