/// From the intermediate form to instructions.
@NullMarked
package org.ebpf4j.program.internal.emit;

import org.jspecify.annotations.NullMarked;
