// SPDX-License-Identifier: GPL-3.0-or-later
// The filter language with counts: how many events each value would leave, together with the rest of the filter. Counted on a
// worker; a completion that is open is refreshed when the numbers are there.
#pragma once
#include <QHash>
#include <QThreadPool>
#include <functional>
#include <memory>

#include "feed/place.h"
#include "widgets/filter_field.h"

namespace indoubt::console::log {

class LogLanguage : public widgets::FilterLanguage {
  public:
    LogLanguage(const feed::Context& context, std::function<void()> counted);
    ~LogLanguage() override;
    widgets::FilterVerdict check(const QString& text) const override;
    widgets::CompletionList complete(const QString& text, int cursor) const override;

  private:
    struct Counts {
        QString key;  // field and rest of the filter they were counted for
        QHash<QString, qint64> of;
        quint64 events = 0;
    };
    void count(const QString& key, const QString& field, const QString& rest) const;
    feed::Context m_context;
    std::function<void()> m_counted;
    std::unique_ptr<widgets::FilterLanguage> m_base;
    mutable Counts m_counts;
    mutable QString m_asked;
    std::shared_ptr<QObject> m_life;  // gone with this: late answers are dropped
    mutable QThreadPool m_pool;
};

}  // namespace indoubt::console::log
