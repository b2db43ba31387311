@NullMarked
package org.ebpf4j.vm.internal.machine;

import org.jspecify.annotations.NullMarked;
