/// Measurements of the parts that data goes through.
@NullMarked
package org.ebpf4j.bench;

import org.jspecify.annotations.NullMarked;
