/// Packets as values: put together with right checksums, taken apart, compared field by field.
/// [org.ebpf4j.junit.packet.Packet] is where it begins.
@NullMarked
package org.ebpf4j.junit.packet;

import org.jspecify.annotations.NullMarked;
