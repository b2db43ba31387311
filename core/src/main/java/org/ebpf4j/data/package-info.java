/// What programs and Java code exchange: typed keys, values and events over memory that both see.
@NullMarked
package org.ebpf4j.data;

import org.jspecify.annotations.NullMarked;
