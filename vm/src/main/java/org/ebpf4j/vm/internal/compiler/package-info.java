/// Programs as classes of the JVM.
@NullMarked
package org.ebpf4j.vm.internal.compiler;

import org.jspecify.annotations.NullMarked;
