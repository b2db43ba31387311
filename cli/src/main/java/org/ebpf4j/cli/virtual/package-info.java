/// What happens in the virtual kernel while `run --virtual` lasts: hooks that are reached, packets
/// that come in, and the scenarios that say so.
@NullMarked
package org.ebpf4j.cli.virtual;

import org.jspecify.annotations.NullMarked;
