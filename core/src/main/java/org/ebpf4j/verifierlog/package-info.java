/// The logs of the kernel's verifier, of Linux 5.10 to 7.3: what the fault is, the path that led to
/// it, what to try. Pure functions of text; nothing here throws for a log that is cut or damaged.
@NullMarked
package org.ebpf4j.verifierlog;

import org.jspecify.annotations.NullMarked;
