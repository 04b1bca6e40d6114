// SPDX-License-Identifier: GPL-3.0-or-later
// The grid in logical pixels. Every height a pane needs is here; 4 px is the unit.
#pragma once

namespace indoubt::console::theme::grid {

inline constexpr int unit = 4;
inline constexpr int pad = 12, cellPad = 8;
inline constexpr int radius = 4, cardRadius = 6;
inline constexpr int band = 32, rail = 72, railItem = 56, timeBar = 40, alert = 36;
inline constexpr int paneHead = 32, filterRow = 40, tableHead = 24;
inline constexpr int row = 24, rowCompact = 20, rowRoom = 34;
inline constexpr int button = 28, buttonCompact = 24, field = 28, chip = 20, popupRow = 26;
inline constexpr int minimumTarget = 24;
inline constexpr int glyph = 16, railIcon = 20, plate = 16;
inline constexpr int amountFraction = 32;
// A lane is 40 high, measured from its top: line, band, bar, lock rail.
inline constexpr int lane = 40, laneLine = 18, laneBand = 16, laneBar = 22, laneRail = 38, laneRailHeight = 4;
inline constexpr int lanePitchDesk = 54, lanePitchTimeline = 84, laneRoom = 64;

}  // namespace indoubt::console::theme::grid
