// SPDX-License-Identifier: GPL-3.0-or-later
// The card beside the timeline, 352 px: five steps, three doors, a way out. Shows and asks; FirstRun decides.
#pragma once
#include <QElapsedTimer>
#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace indoubt::console::shell {

class StoryCard : public QWidget {
    Q_OBJECT
  public:
    explicit StoryCard(QWidget* parent = nullptr);
    void setStep(int step);                        // 1..5; 6: all done
    void setBusy(bool busy, const QString& words = {});   // the step's button waits
    void setAnswer(int answer);                    // -1: none yet
    // What the Desk would tell Mara, and whether T's decision is known: before step 4.
    void setCustomerWords(const QString& words, bool decided);
    int step() const { return m_step; }

  signals:
    void acted();                                  // the step's primary button
    void showAgain();
    void answered(int answer);
    void skipped();
    void doorChosen(const QString& door);          // "traffic", "settle", "lesson"

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    void rebuild();
    QWidget* stepDone(int number);
    QWidget* stepNow(int number);
    QWidget* stepLater(int number);
    QWidget* legend();
    QWidget* answers();
    QWidget* doors();
    int m_step = 1, m_answer = -1;
    bool m_busy = false, m_decided = false;
    QElapsedTimer m_sinceStep;
    QString m_busyWords, m_customerWords;
    QVBoxLayout* m_layout;
    QWidget* m_content = nullptr;
    QPushButton* m_primary = nullptr;
};

}  // namespace indoubt::console::shell
