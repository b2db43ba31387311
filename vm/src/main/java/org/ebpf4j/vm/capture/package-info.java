/// Files of captured packets (pcap and pcapng), read and written one packet at a time.
@NullMarked
package org.ebpf4j.vm.capture;

import org.jspecify.annotations.NullMarked;
