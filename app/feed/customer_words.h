// SPDX-License-Identifier: GPL-3.0-or-later
// What to tell the customer of a payment, by the evidence there is. One place: the Desk, the story and a ticket say the same.
// Pure function of the view. GUI thread (translations).
#pragma once
#include <QString>

#include "view/view.h"

namespace indoubt::console::feed {

QString customerWords(const view::View& view, const view::Transaction& transaction);

}  // namespace indoubt::console::feed
