// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/session.h"

#include <pwd.h>
#include <unistd.h>

#include <QSettings>

namespace indoubt::console::feed {

namespace {

QString sandboxPerson() { return QStringLiteral("Ana Ruiz"); }

// Under whose name orders are written where they are no game; as the command line does.
QString userOfThisComputer() {
    const QString user = qEnvironmentVariable("USER");
    if (!user.isEmpty()) return user;
    const passwd* entry = ::getpwuid(::geteuid());
    return entry && entry->pw_name ? QString::fromLocal8Bit(entry->pw_name) : QStringLiteral("operator");
}

}  // namespace

Session::Session(QObject* parent) : QObject(parent), m_person(sandboxPerson()) {
    const QSettings settings;
    m_zone = settings.value(QStringLiteral("view/zone")).toString() == QLatin1String("utc") ? Zone::Utc : Zone::Local;
    m_singleKeys = settings.value(QStringLiteral("view/singleKeys"), true).toBool();
}

QString Session::roleWord() const {
    switch (m_role) {
        case Role::Owner: return tr("owner");
        case Role::Operator: return tr("operator");
        case Role::Support: return tr("support");
        case Role::Trainer: return tr("trainer");
    }
    return {};
}

void Session::setPerson(const QString& name, Role role) {
    if (!personCanBeChosen() || (name == m_person && role == m_role)) return;
    m_person = name;
    m_role = role;
    emit personChanged();
}

void Session::setRole(Role role) {
    if (role == m_role) return;
    m_role = role;
    emit personChanged();
}

void Session::setCluster(theme::Environment environment, const QString& name, bool faultsAllowed) {
    if (environment == m_environment && name == m_cluster && faultsAllowed == m_faultsAllowed) return;
    const bool same = environment == m_environment;
    m_environment = environment;
    m_cluster = name;
    m_faultsAllowed = faultsAllowed;
    if (!same) {
        m_person = personCanBeChosen() ? sandboxPerson() : userOfThisComputer();
        if (!personCanBeChosen() && m_role == Role::Owner) m_role = Role::Operator;  // who owns everything does so in the sandbox only
        emit personChanged();
    }
    // Outside the sandbox money is somebody's: masked until the person asks, and that is recorded.
    m_unmasked = environment == theme::Environment::Sandbox;
    emit clusterChanged();
    emit preferencesChanged();
}

void Session::setZone(Zone zone) {
    if (zone == m_zone) return;
    m_zone = zone;
    QSettings().setValue(QStringLiteral("view/zone"), zone == Zone::Utc ? QStringLiteral("utc") : QStringLiteral("local"));
    emit preferencesChanged();
}

void Session::setUnmasked(bool unmasked) {
    if (unmasked == m_unmasked) return;
    m_unmasked = unmasked;
    emit preferencesChanged();
}

void Session::setSingleKeys(bool on) {
    if (on == m_singleKeys) return;
    m_singleKeys = on;
    QSettings().setValue(QStringLiteral("view/singleKeys"), on);
    emit preferencesChanged();
}

}  // namespace indoubt::console::feed
