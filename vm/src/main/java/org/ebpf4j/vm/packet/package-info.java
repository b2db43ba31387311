/// What comes of packets that go through programs.
@NullMarked
package org.ebpf4j.vm.packet;

import org.jspecify.annotations.NullMarked;
