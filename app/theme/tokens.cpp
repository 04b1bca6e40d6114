// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/tokens.h"

namespace indoubt::console::theme {
namespace {

constexpr QColor rgb(uint value) { return QColor((value >> 16) & 255, (value >> 8) & 255, value & 255); }

QColor withAlpha(QColor colour, double alpha) {
    colour.setAlphaF(static_cast<float>(alpha));
    return colour;
}

Tokens makeLight() {
    Tokens t;
    t.surface = rgb(0xFFFFFF);
    t.panel = rgb(0xF3F5F7);
    t.border = rgb(0xD3D9E0);
    t.divider = rgb(0xE9EDF1);
    t.fieldEdge = rgb(0x7F8A99);
    t.buttonEdge = rgb(0xB7BFC9);
    t.buttonPressed = rgb(0xE4E8EC);
    t.selection = rgb(0xEDEBFC);
    t.selectionIdle = rgb(0xE9ECF0);
    t.rowHover = rgb(0xF0F2F5);
    t.track = rgb(0xDFE4E9);
    t.text = rgb(0x1B2128);
    t.muted = rgb(0x5A6472);
    t.faint = rgb(0x98A1AC);
    t.accent = rgb(0x120657);
    t.accentHover = rgb(0x2A1C80);
    t.accentPressed = rgb(0x0A0338);
    t.onAccent = rgb(0xFFFFFF);
    t.disabled = rgb(0xE4E8EC);
    t.onDisabled = rgb(0x98A1AC);
    t.active = rgb(0x123F8C);
    t.inDoubt = rgb(0xB97A00);
    t.blocked = rgb(0x7F1010);
    t.committed = rgb(0x149A6E);
    t.aborted = rgb(0x6B7480);
    t.heuristic = rgb(0xD32FCF);
    t.blockedTint = rgb(0xF6ECEC);
    t.inDoubtTint = rgb(0xFBF4E6);
    t.activeTint = rgb(0xEAEFF7);
    t.lock = withAlpha(t.text, 0.45);
    return t;
}

Tokens makeDark() {
    Tokens t;
    t.dark = true;
    t.surface = rgb(0x14181D);
    t.panel = rgb(0x1C2229);
    t.border = rgb(0x303944);
    t.divider = rgb(0x222931);
    t.fieldEdge = rgb(0x6D7987);
    t.buttonEdge = rgb(0x45505D);
    t.buttonPressed = rgb(0x2B343E);
    t.selection = rgb(0x262340);
    t.selectionIdle = rgb(0x262D35);
    t.rowHover = rgb(0x1E252C);
    t.track = rgb(0x2B343E);
    t.text = rgb(0xE6EAEE);
    t.muted = rgb(0x9AA5B1);
    t.faint = rgb(0x5F6B78);
    t.accent = rgb(0xD9D2FF);
    t.accentHover = rgb(0xE9E4FF);
    t.accentPressed = rgb(0xB9AFEE);
    t.onAccent = rgb(0x14181D);
    t.disabled = rgb(0x262D35);
    t.onDisabled = rgb(0x5F6B78);
    t.active = rgb(0x6FA0FA);
    t.inDoubt = rgb(0xF2B640);
    t.blocked = rgb(0xE0301E);
    t.committed = rgb(0xA9F0DC);
    t.aborted = rgb(0x8E959C);
    t.heuristic = rgb(0xB83FB0);
    t.blockedTint = rgb(0x2A1A1B);
    t.inDoubtTint = rgb(0x2C271F);
    t.activeTint = rgb(0x1D2735);
    t.lock = withAlpha(t.text, 0.45);
    return t;
}

}  // namespace

const Tokens& Tokens::light() {
    static const Tokens tokens = makeLight();
    return tokens;
}

const Tokens& Tokens::darkTokens() {
    static const Tokens tokens = makeDark();
    return tokens;
}

QColor Tokens::state(PaymentState state) const {
    switch (state) {
        case PaymentState::Active:
        case PaymentState::Preparing:
            return active;
        case PaymentState::InDoubt:
            return inDoubt;
        case PaymentState::Blocked:
            return blocked;
        case PaymentState::Committing:
        case PaymentState::Committed:
            return committed;
        case PaymentState::Aborting:
        case PaymentState::Aborted:
            return aborted;
        case PaymentState::Heuristic:
        case PaymentState::Damage:
            return heuristic;
    }
    return text;
}

BandColours Tokens::band(Environment environment) const {
    const auto colours = [](uint fill, uint plate, uint onPlate, uint ink, uint quiet, uint edge) {
        return BandColours{rgb(fill), rgb(plate), rgb(onPlate), rgb(ink), rgb(quiet), rgb(edge)};
    };
    // The line under a band is its fill, one step towards the plate: an edge that belongs to the band and not to the pane below.
    switch (environment) {
        case Environment::Sandbox:
            return dark ? colours(0x2B2719, 0xCDBD90, 0x14181D, 0xE6EAEE, 0xB3A985, 0x4B4328)
                        : colours(0xEFE8D6, 0x6B5B32, 0xFFFFFF, 0x1B2128, 0x5E563F, 0xD9CDAF);
        case Environment::Test:
            return dark ? colours(0x222B36, 0xA9B8CA, 0x14181D, 0xE6EAEE, 0x9FADBD, 0x3A4757)
                        : colours(0xE1E8EF, 0x46566B, 0xFFFFFF, 0x1B2128, 0x4C5867, 0xC2CEDB);
        case Environment::Drill:
            return dark ? colours(0x14292E, 0x8CC3CE, 0x14181D, 0xE6EAEE, 0x93B4BB, 0x2A4D55)
                        : colours(0xD9ECEF, 0x1F5F6B, 0xFFFFFF, 0x1B2128, 0x48656B, 0xA9CDD4);
        case Environment::Production:
            return dark ? colours(0x000000, 0xE6EAEE, 0x14181D, 0xE6EAEE, 0x9AA5B1, 0xE6EAEE)
                        : colours(0x10151B, 0xFFFFFF, 0x10151B, 0xFFFFFF, 0xAEB7C2, 0x10151B);
    }
    return {};
}

QColor Tokens::chartFill(const QColor& line) const { return withAlpha(line, 0.12); }

}  // namespace indoubt::console::theme
