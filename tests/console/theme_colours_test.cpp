// SPDX-License-Identifier: GPL-3.0-or-later
// State colours are told apart by every sight type: CIEDE2000 of each pair, as normal sight and as the three kinds of colour blindness see
// it. CIEDE2000 after Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula" (2005), whose test pairs are the first test;
// colour blindness after Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
// Deficiency" (2009), severity 1.
#include <QtTest>
#include <array>
#include <cmath>
#include <numbers>

#include "support/test_main.h"
#include "theme/tokens.h"

using namespace indoubt::console::theme;

namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

struct Sight {
    const char* name;
    Matrix matrix;
};
constexpr std::array<Sight, 4> sights{{
    {"normal", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    {"protan", {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}}},
    {"deutan", {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}}},
    {"tritan", {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}}},
}};

double linear(int channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

Triple seen(const QColor& colour, const Matrix& by) {
    const Triple rgb{linear(colour.red()), linear(colour.green()), linear(colour.blue())};
    Triple out{};
    for (std::size_t i = 0; i < 3; ++i) out[i] = std::clamp(by[i][0] * rgb[0] + by[i][1] * rgb[1] + by[i][2] * rgb[2], 0.0, 1.0);
    return out;
}

Triple lab(const Triple& rgb) {
    const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
    const double x = f((0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2]) / 0.95047);
    const double y = f(0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2]);
    const double z = f((0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2]) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double degrees(double radians) { return radians * 180 / std::numbers::pi; }
double cosine(double angle) { return std::cos(angle * std::numbers::pi / 180); }

double ciede2000(const Triple& one, const Triple& two) {
    const auto pow7 = [](double c) { return std::pow(c, 7); };
    const double chroma = (std::hypot(one[1], one[2]) + std::hypot(two[1], two[2])) / 2;
    const double g = 1 + 0.5 * (1 - std::sqrt(pow7(chroma) / (pow7(chroma) + pow7(25))));
    const double c1 = std::hypot(one[1] * g, one[2]), c2 = std::hypot(two[1] * g, two[2]);
    const auto hue = [g](const Triple& c) {
        const double h = degrees(std::atan2(c[2], c[1] * g));
        return h < 0 ? h + 360 : h;
    };
    const double h1 = hue(one), h2 = hue(two);
    double turn = 0, mean = h1 + h2;
    if (c1 * c2 != 0) {
        turn = h2 - h1;
        if (turn > 180) turn -= 360;
        else if (turn < -180) turn += 360;
        mean = std::abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
    }
    const double light = two[0] - one[0], colour = c2 - c1, tint = 2 * std::sqrt(c1 * c2) * std::sin(turn / 2 * std::numbers::pi / 180);
    const double l = (one[0] + two[0]) / 2, c = (c1 + c2) / 2;
    const double t = 1 - 0.17 * cosine(mean - 30) + 0.24 * cosine(2 * mean) + 0.32 * cosine(3 * mean + 6) - 0.2 * cosine(4 * mean - 63);
    const double sl = 1 + 0.015 * (l - 50) * (l - 50) / std::sqrt(20 + (l - 50) * (l - 50)), sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
    const double rotation = 30 * std::exp(-std::pow((mean - 275) / 25, 2));
    const double rt = -std::sin(2 * rotation * std::numbers::pi / 180) * 2 * std::sqrt(pow7(c) / (pow7(c) + pow7(25)));
    return std::sqrt(std::pow(light / sl, 2) + std::pow(colour / sc, 2) + std::pow(tint / sh, 2) + rt * colour / sc * tint / sh);
}

QList<std::pair<const char*, QColor>> states(const Tokens& t) {
    return {{"active", t.active}, {"in doubt", t.inDoubt}, {"blocked", t.blocked}, {"committed", t.committed}, {"aborted", t.aborted}, {"heuristic", t.heuristic}};
}

}  // namespace

class ThemeColoursTest : public QObject {
    Q_OBJECT
  private slots:
    void the_formula_gives_the_published_differences() {
        const auto near = [](double got, double wanted) { return std::abs(got - wanted) < 0.0001; };
        QVERIFY(near(ciede2000({50, 2.6772, -79.7751}, {50, 0, -82.7485}), 2.0425));
        QVERIFY(near(ciede2000({50, 2.5, 0}, {61, -5, 29}), 22.8977));
        QVERIFY(near(ciede2000({60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}), 1.2644));
        QVERIFY(near(ciede2000({2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}), 0.9082));
    }

    void every_two_states_differ_for_every_sight() {
        for (const Tokens* tokens : {&Tokens::light(), &Tokens::darkTokens()}) {
            const auto all = states(*tokens);
            for (const auto& sight : sights)
                for (int i = 0; i < all.size(); ++i)
                    for (int j = i + 1; j < all.size(); ++j) {
                        const double d = ciede2000(lab(seen(all[i].second, sight.matrix)), lab(seen(all[j].second, sight.matrix)));
                        QVERIFY2(d >= 13, qPrintable(QStringLiteral("%1 and %2, %3, %4: %5").arg(all[i].first, all[j].first, sight.name, tokens->dark ? "dark" : "light").arg(d)));
                    }
        }
    }

    void the_accent_is_taken_for_no_state() {
        for (const Tokens* tokens : {&Tokens::light(), &Tokens::darkTokens()})
            for (const auto& sight : sights)
                for (const auto& [name, colour] : states(*tokens)) {
                    const double d = ciede2000(lab(seen(tokens->accent, sight.matrix)), lab(seen(colour, sight.matrix)));
                    QVERIFY2(d >= (tokens->dark ? 14.9 : 13.79), qPrintable(QStringLiteral("accent and %1, %2: %3").arg(name, sight.name).arg(d)));
                }
    }

    void a_colour_that_is_too_near_would_be_found() {
        const auto& t = Tokens::light();
        QVERIFY(ciede2000(lab(seen(t.committed, sights[2].matrix)), lab(seen(QColor(0x9A, 0x7A, 0x6E), sights[2].matrix))) < 13);
    }
};

INDOUBT_TEST(ThemeColoursTest);
#include "theme_colours_test.moc"
