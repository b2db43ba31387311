@NullMarked
package org.ebpf4j.insn;

import org.jspecify.annotations.NullMarked;
