/// Each instruction that programs execute, as it is executed.
@NullMarked
package org.ebpf4j.vm.step;

import org.jspecify.annotations.NullMarked;
