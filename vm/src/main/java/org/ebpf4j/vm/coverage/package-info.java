/// Which lines of C and which branches of programs a run of tests has executed. Pure values:
/// [org.ebpf4j.vm.VirtualKernel#coverage()] gives them.
@NullMarked
package org.ebpf4j.vm.coverage;

import org.jspecify.annotations.NullMarked;
