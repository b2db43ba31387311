/// Maps over the calls that a kernel makes on them ([org.ebpf4j.spi.MapAccess]): typed views,
/// iteration, queues, maps of maps, arrays of programs, storage. A kernel extends
/// [org.ebpf4j.map.AbstractRawMap]; users see the interfaces of `org.ebpf4j`.
@NullMarked
package org.ebpf4j.map;

import org.jspecify.annotations.NullMarked;
