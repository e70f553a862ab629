#ifndef CC_SIGNAL_H
#define CC_SIGNAL_H
/* Signals that end a program in order. */

/** From now on SIGINT, SIGTERM and SIGHUP only set a flag, so that loops end in order and
 *  temporary files are removed. */
void cc_catch_signals(void);

/** The signal that came, or 0. */
int cc_interrupted(void);
#endif
