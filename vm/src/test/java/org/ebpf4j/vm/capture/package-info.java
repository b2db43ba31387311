/// Tests of captures.
@NullMarked
package org.ebpf4j.vm.capture;

import org.jspecify.annotations.NullMarked;
