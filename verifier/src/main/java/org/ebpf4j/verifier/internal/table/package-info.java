/// Tables of what kernels have: the fields of contexts, and what programs may return.
@NullMarked
package org.ebpf4j.verifier.internal.table;

import org.jspecify.annotations.NullMarked;
