/// Numbers whose value is known in part: which bits, and between which bounds.
@NullMarked
package org.ebpf4j.verifier.internal.scalar;

import org.jspecify.annotations.NullMarked;
