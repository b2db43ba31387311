/// The functions of the kernel that programs call.
@NullMarked
package org.ebpf4j.vm.internal.helper;

import org.jspecify.annotations.NullMarked;
