// SPDX-License-Identifier: GPL-3.0-or-later
// Precompiled once for every console folder: Qt and the standard headers that nearly all of them use.
#pragma once
#include <QtCore>
#include <QtGui>
#include <QtWidgets>
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>
