/// A kernel inside the JVM: it loads object files and runs their programs without root, on any
/// system. [org.ebpf4j.vm.VirtualKernel] is where it begins.
@NullMarked
package org.ebpf4j.vm;

import org.jspecify.annotations.NullMarked;
