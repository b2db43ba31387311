@NullMarked
package org.ebpf4j.vm.internal.compiler;

import org.jspecify.annotations.NullMarked;
