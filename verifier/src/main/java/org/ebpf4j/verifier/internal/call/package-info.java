/// Calls of functions of the kernel: helper functions and kfuncs.
@NullMarked
package org.ebpf4j.verifier.internal.call;

import org.jspecify.annotations.NullMarked;
