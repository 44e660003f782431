/* HALL-1 and MMC-1 as a small C program: the practical limit that the compiled kernel is measured against.

   hall1 trace FILE REPEATS [CALLS]   a day's visits from FILE, run REPEATS times; CALLS receives window and moment
   hall1 drawn SEED DAYS              days of HALL-1 drawn and run
   hall1 mmc SEED CUSTOMERS           M/M/3, first come first served, drawn and run

   FILE holds, for each visitor in order of arrival, four 32-bit numbers: moment, queue, service, patience. All times
   are whole milliseconds; a queue is 2 x service + lane. CALLS holds two for each: window (-1: left) and moment.
   One line of JSON says what came of it and the user time that it took.

   How it works: of the busy windows a 4-ary heap whose top is replaced when the window calls again; queues are lists
   threaded through the visitors; a set bit for each queue with somebody in it, met with the bits that a window may
   serve; nobody is woken to leave: who is past their patience is passed over when their turn comes. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { SERVICES = 12, LANES = 2, QUEUES = SERVICES * LANES, TEAMS = 5, WINDOWS = 68, RING = 32, LAYERS = 256 };
enum { DAY_VISITORS = 10000, SLOTS = 16, MINUTE_MS = 60000, OPENS_MS = 9 * 3600 * 1000, VISITORS_MAX = 1 << 24 };
enum { NOBODY = -1, TARGET_MS = 15 * MINUTE_MS, SERVERS = 3 };

static void refuse(const char *what)
{
    fprintf(stderr, "hall1: %s\n", what);
    exit(2);
}

static double user_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_utime.tv_sec + 1e-6 * (double)used.ru_utime.tv_usec;
}

/* --- the hall: teams in order of flexibility, so that the lowest bit is the least flexible team --- */

static const struct { int first_window, windows, first_service, services; } TEAM[TEAMS] = {
    {0, 20, 0, 4}, {36, 14, 5, 4}, {50, 10, 8, 4}, {20, 16, 2, 5}, {60, 8, 0, 12},
};
static const int64_t CREDIT[LANES] = {0, 30 * MINUTE_MS}, RATE[LANES] = {1, 2};

typedef struct { int32_t arrived_ms, queue, service_ms, patience_ms; } Visit;
typedef struct { int32_t window, called_ms; } Call;
typedef struct { int64_t served, left, within, waited_ms; } Sums;

typedef struct {
    uint32_t waiting;                            /* a bit for each queue that has somebody in it */
    uint32_t may_serve[TEAMS];                   /* queues */
    uint32_t able[SERVICES];                     /* teams */
    uint32_t idle;                               /* teams with a free window */
    uint8_t team_of[WINDOWS];
    uint8_t ring[TEAMS][RING];                   /* free windows, longest idle first */
    uint32_t ring_head[TEAMS], ring_tail[TEAMS];
    int32_t head[QUEUES], tail[QUEUES];
    int64_t head_since_ms[QUEUES], head_leaves_ms[QUEUES];
    uint64_t busy[4 * WINDOWS];                  /* heap of: end of the visit, order of its start, window */
    int busy_count;
    uint64_t started;
} Hall;

static void open_hall(Hall *hall)
{
    memset(hall, 0, sizeof *hall);
    for (int team = 0; team < TEAMS; team++) {
        for (int k = 0; k < TEAM[team].services; k++) {
            int service = TEAM[team].first_service + k;
            hall->may_serve[team] |= 3u << (LANES * service);
            hall->able[service] |= 1u << team;
        }
        for (int k = 0; k < TEAM[team].windows; k++) {
            hall->ring[team][k] = (uint8_t)(TEAM[team].first_window + k);
            hall->team_of[TEAM[team].first_window + k] = (uint8_t)team;
        }
        hall->ring_tail[team] = (uint32_t)TEAM[team].windows;
        hall->idle |= 1u << team;
    }
}

/* The first of four children with the smallest key; places behind the last hold the largest number there is. */
static inline int smallest_child(const uint64_t *heap, int first)
{
    int left = first + (heap[first + 1] < heap[first]);
    int right = first + 2 + (heap[first + 3] < heap[first + 2]);
    return heap[right] < heap[left] ? right : left;
}

static inline void sift_down(uint64_t *heap, int count, uint64_t key)
{
    int place = 0;
    for (int first = 1; first < count; first = 4 * place + 1) {
        int child = smallest_child(heap, first);
        if (heap[child] >= key)
            break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = key;
}

static inline void sift_up(uint64_t *heap, int place, uint64_t key)
{
    while (place > 0 && heap[(place - 1) / 4] > key) {
        heap[place] = heap[(place - 1) / 4];
        place = (place - 1) / 4;
    }
    heap[place] = key;
}

/* Note a call, and give the key under which its end stands in the heap. */
static inline uint64_t start(Hall *hall, Call *call, Sums *sums, const Visit *visit, int window, int64_t now_ms)
{
    int64_t waited_ms = now_ms - visit->arrived_ms;
    call->window = window;
    call->called_ms = (int32_t)now_ms;
    sums->served++;
    sums->waited_ms += waited_ms;
    sums->within += waited_ms <= TARGET_MS;
    return (uint64_t)(now_ms + visit->service_ms) << 32 | hall->started++ << 8 | (uint64_t)window;
}

static inline void new_head(Hall *hall, const Visit *visits, int queue, int32_t visitor)
{
    hall->head[queue] = visitor;
    if (visitor == NOBODY) {
        hall->waiting &= ~(1u << queue);
    } else {
        hall->head_since_ms[queue] = visits[visitor].arrived_ms;
        hall->head_leaves_ms[queue] = (int64_t)visits[visitor].arrived_ms + visits[visitor].patience_ms;
    }
}

/* The most urgent head that this team may serve, taken out of its queue; NOBODY when nobody waits. */
static inline int32_t
choose(Hall *hall, const Visit *visits, const int32_t *next, Call *calls, int team, int64_t now_ms)
{
    int64_t best = -1;
    int best_queue = 0;
    for (uint32_t rest = hall->waiting & hall->may_serve[team]; rest; rest &= rest - 1) {
        int queue = __builtin_ctz(rest);
        while (hall->head_leaves_ms[queue] < now_ms && hall->waiting >> queue & 1) {
            calls[hall->head[queue]].window = NOBODY;
            new_head(hall, visits, queue, next[hall->head[queue]]);
        }
        if (!(hall->waiting >> queue & 1))
            continue;
        /* Urgency above, order of issue below: the larger number wins, and of equals who came first. */
        int64_t urgency = CREDIT[queue % LANES] + RATE[queue % LANES] * (now_ms - hall->head_since_ms[queue]);
        int64_t rank = urgency << 24 | (VISITORS_MAX - 1 - hall->head[queue]);
        best_queue = rank > best ? queue : best_queue;
        best = rank > best ? rank : best;
    }
    if (best < 0)
        return NOBODY;
    int32_t visitor = hall->head[best_queue];
    new_head(hall, visits, best_queue, next[visitor]);
    return visitor;
}

/* The window at the top of the heap has finished: it calls the next one, or is free. */
static inline void finish(Hall *hall, const Visit *visits, const int32_t *next, Call *calls, Sums *sums)
{
    int64_t now_ms = (int64_t)(hall->busy[0] >> 32);
    int window = (int)(hall->busy[0] & 255), team = hall->team_of[window];
    int32_t visitor = choose(hall, visits, next, calls, team, now_ms);
    if (visitor != NOBODY) {
        uint64_t key = start(hall, &calls[visitor], sums, &visits[visitor], window, now_ms);
        sift_down(hall->busy, hall->busy_count, key);
        return;
    }
    uint64_t last = hall->busy[--hall->busy_count];
    hall->busy[hall->busy_count] = UINT64_MAX;
    if (hall->busy_count)
        sift_down(hall->busy, hall->busy_count, last);
    hall->ring[team][hall->ring_tail[team]++ % RING] = (uint8_t)window;
    hall->idle |= 1u << team;
}

static inline void arrive(Hall *hall, const Visit *visits, int32_t *next, Call *calls, Sums *sums, int32_t visitor)
{
    const Visit *visit = &visits[visitor];
    int queue = visit->queue;
    uint32_t teams = hall->idle & hall->able[queue / LANES];
    if (teams) {
        int team = __builtin_ctz(teams);
        int window = hall->ring[team][hall->ring_head[team]++ % RING];
        if (hall->ring_head[team] == hall->ring_tail[team])
            hall->idle &= ~(1u << team);
        uint64_t key = start(hall, &calls[visitor], sums, visit, window, visit->arrived_ms);
        sift_up(hall->busy, hall->busy_count++, key);
        return;
    }
    next[visitor] = NOBODY;
    if (hall->waiting >> queue & 1) {
        next[hall->tail[queue]] = visitor;
    } else {
        hall->waiting |= 1u << queue;
        new_head(hall, visits, queue, visitor);
    }
    hall->tail[queue] = visitor;
}

/* A day: at equal moments windows come before arrivals, and who would leave at that moment is still there. */
static Sums run_day(const Visit *visits, int32_t count, int32_t *next, Call *calls)
{
    Hall hall;
    Sums sums = {0, 0, 0, 0};
    open_hall(&hall);
    memset(hall.busy, 255, sizeof hall.busy);
    for (int32_t visitor = 0; visitor < count; visitor++) {
        while (hall.busy_count && (int64_t)(hall.busy[0] >> 32) <= visits[visitor].arrived_ms)
            finish(&hall, visits, next, calls, &sums);
        arrive(&hall, visits, next, calls, &sums, visitor);
    }
    while (hall.busy_count)
        finish(&hall, visits, next, calls, &sums);
    sums.left = count - sums.served;
    return sums;
}

/* --- chance: xoshiro256++ (Blackman and Vigna), ziggurats of 256 layers (Marsaglia and Tsang) --- */

typedef struct { uint64_t s[4]; } Stream;
typedef struct { double edge[LAYERS + 1], height[LAYERS + 1]; } Ziggurat;

static const double NORMAL_TAIL = 3.6541528853610088, NORMAL_AREA = 0.00492867323399;
static const double EXPONENTIAL_TAIL = 7.69711747013104972, EXPONENTIAL_AREA = 0.0039496598225815571993;
static Ziggurat NORMAL, EXPONENTIAL;

static inline uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

static inline uint64_t bits(Stream *stream)
{
    uint64_t *s = stream->s, result = rotate(s[0] + s[3], 23) + s[0], shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

static inline double unit(uint64_t word) { return (double)(word >> 11) * 0x1p-53; }

/* Each word of the state from SplitMix64, as the authors advise. */
static Stream stream_of(uint64_t seed, uint64_t number)
{
    Stream stream;
    uint64_t x = seed + 0x9e3779b97f4a7c15u * (number << 20);
    for (int k = 0; k < 4; k++) {
        uint64_t z = x += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        stream.s[k] = z ^ z >> 31;
    }
    return stream;
}

static double normal_density(double x) { return exp(-0.5 * x * x); }
static double normal_inverse(double y) { return sqrt(-2 * log(y)); }
static double exponential_density(double x) { return exp(-x); }
static double exponential_inverse(double y) { return -log(y); }

static void build(Ziggurat *z, double tail, double area, double (*density)(double), double (*inverse)(double))
{
    z->edge[0] = area / density(tail);
    z->edge[1] = tail;
    for (int k = 1; k < LAYERS - 1; k++)
        z->edge[k + 1] = inverse(area / z->edge[k] + density(z->edge[k]));
    z->edge[LAYERS] = 0;
    for (int k = 0; k <= LAYERS; k++)
        z->height[k] = density(z->edge[k]);
}

static inline double exponential(Stream *stream)
{
    for (double shift = 0;;) {
        uint64_t word = bits(stream);
        int layer = word & (LAYERS - 1);
        double x = unit(word) * EXPONENTIAL.edge[layer], low = EXPONENTIAL.height[layer];
        if (x < EXPONENTIAL.edge[layer + 1])
            return shift + x;
        if (layer == 0)
            shift += EXPONENTIAL_TAIL; /* without memory: the tail is the whole again */
        else if (low + unit(bits(stream)) * (EXPONENTIAL.height[layer + 1] - low) < exponential_density(x))
            return shift + x;
    }
}

static double normal_tail(Stream *stream)
{
    for (;;) {
        double x = -log(1 - unit(bits(stream))) / NORMAL_TAIL, y = -log(1 - unit(bits(stream)));
        if (2 * y > x * x)
            return NORMAL_TAIL + x;
    }
}

static inline double normal(Stream *stream)
{
    for (;;) {
        uint64_t word = bits(stream);
        int layer = word & (LAYERS - 1);
        double sign = word & LAYERS ? -1 : 1;
        double x = unit(word) * NORMAL.edge[layer], low = NORMAL.height[layer];
        if (x < NORMAL.edge[layer + 1])
            return sign * x;
        if (layer == 0)
            return sign * normal_tail(stream);
        if (low + unit(bits(stream)) * (NORMAL.height[layer + 1] - low) < normal_density(x))
            return sign * x;
    }
}

/* --- a day of HALL-1, drawn --- */

static const double SHAPE[SLOTS] = {.6, .9, 1.3, 1.6, 1.5, 1.1, .8, .7, .8, 1.1, 1.4, 1.5, 1.2, .8, .5, .2};
static const double SHARE[SERVICES] = {.18, .14, .12, .10, .09, .08, .07, .06, .06, .04, .03, .03};
static const double MEAN_MINUTES[SERVICES] = {1.95, 2.6, 2.6, 3.25, 3.25, 3.9, 3.9, 3.9, 4.55, 5.2, 5.2, 6.5};
static const double CV = 0.8, PRIORITY_SHARE = 0.08, PATIENCE_MINUTES = 40, SLOT_MINUTES = 30;

/* Moments in order without sorting: n + 1 exponential gaps, scaled to the whole, are the gaps of n sorted uniforms. */
static void draw_day(Visit *visits, uint64_t seed, uint64_t day)
{
    Stream arrivals = stream_of(seed, 5 * day), services = stream_of(seed, 5 * day + 1);
    Stream lanes = stream_of(seed, 5 * day + 2), durations = stream_of(seed, 5 * day + 3);
    Stream patience = stream_of(seed, 5 * day + 4);
    static double moments[DAY_VISITORS + 1];
    double total = 0, sigma2 = log(1 + CV * CV), sigma = sqrt(sigma2), location[SERVICES], upto[SERVICES], sum = 0;
    for (int k = 0; k < SERVICES; k++) {
        location[k] = log(MEAN_MINUTES[k] * MINUTE_MS) - sigma2 / 2;
        upto[k] = sum += SHARE[k];
    }
    upto[SERVICES - 1] = 2;
    for (int k = 0; k <= DAY_VISITORS; k++)
        moments[k] = total += exponential(&arrivals);
    double scale = SLOTS / total, before = 0;
    for (int k = 0, slot = 0; k < DAY_VISITORS; k++) {
        double reached = moments[k] * scale;
        while (slot < SLOTS - 1 && reached >= before + SHAPE[slot])
            before += SHAPE[slot++];
        double minutes = SLOT_MINUTES * (slot + (reached - before) / SHAPE[slot]);
        double u = unit(bits(&services));
        int service = 0;
        for (int each = 0; each < SERVICES - 1; each++)
            service += u >= upto[each];
        visits[k].arrived_ms = OPENS_MS + (int32_t)(minutes * MINUTE_MS + 0.5);
        visits[k].queue = LANES * service + (unit(bits(&lanes)) < PRIORITY_SHARE);
        visits[k].service_ms = (int32_t)(exp(location[service] + sigma * normal(&durations)) + 0.5);
        visits[k].patience_ms = (int32_t)(exponential(&patience) * PATIENCE_MINUTES * MINUTE_MS + 0.5);
    }
}

/* --- the three ways to run --- */

static void *room(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        refuse("no memory");
    return memory;
}

static long number(const char *text, const char *what)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < 1)
        refuse(what);
    return value;
}

static void print_sums(Sums sums, double runs, double visitors, double seconds)
{
    printf("{\"served\": %.0f, \"left\": %.0f, \"within\": %.0f, \"waited_ms\": %.0f, \"ns_per_visitor\": %.4f}\n",
           (double)sums.served / runs, (double)sums.left / runs, (double)sums.within / runs,
           (double)sums.waited_ms / runs, seconds * 1e9 / (visitors * runs));
}

static void add(Sums *all, Sums day)
{
    all->served += day.served;
    all->left += day.left;
    all->within += day.within;
    all->waited_ms += day.waited_ms;
}

static Visit *read_trace(const char *path, int32_t *count)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        refuse("the trace cannot be opened");
    fseek(file, 0, SEEK_END);
    long bytes = ftell(file);
    rewind(file);
    if (bytes <= 0 || bytes % (long)sizeof(Visit) || bytes / (long)sizeof(Visit) > VISITORS_MAX)
        refuse("the trace is not a list of visits");
    *count = (int32_t)(bytes / (long)sizeof(Visit));
    Visit *visits = room((size_t)*count, sizeof(Visit));
    if (fread(visits, sizeof(Visit), (size_t)*count, file) != (size_t)*count)
        refuse("the trace cannot be read");
    fclose(file);
    for (int32_t k = 0; k < *count; k++)
        if (visits[k].queue < 0 || visits[k].queue >= QUEUES || visits[k].service_ms < 0 || visits[k].patience_ms < 0
            || visits[k].arrived_ms < (k ? visits[k - 1].arrived_ms : 0))
            refuse("the trace is out of order, or names what the hall lacks");
    return visits;
}

static void run_trace(const char *path, long repeats, const char *calls_path)
{
    int32_t count;
    Visit *visits = read_trace(path, &count);
    int32_t *next = room((size_t)count, sizeof *next);
    Call *calls = room((size_t)count, sizeof *calls);
    Sums all = {0, 0, 0, 0};
    double began = user_seconds();
    for (long k = 0; k < repeats; k++)
        add(&all, run_day(visits, count, next, calls));
    print_sums(all, (double)repeats, (double)count, user_seconds() - began);
    if (calls_path) {
        FILE *file = fopen(calls_path, "wb");
        if (!file || fwrite(calls, sizeof *calls, (size_t)count, file) != (size_t)count || fclose(file))
            refuse("the calls cannot be written");
    }
}

static void run_drawn(uint64_t seed, long days)
{
    Visit *visits = room(DAY_VISITORS, sizeof *visits);
    int32_t *next = room(DAY_VISITORS, sizeof *next);
    Call *calls = room(DAY_VISITORS, sizeof *calls);
    Sums all = {0, 0, 0, 0};
    double began = user_seconds();
    for (long day = 0; day < days; day++) {
        draw_day(visits, seed, (uint64_t)day);
        add(&all, run_day(visits, DAY_VISITORS, next, calls));
    }
    print_sums(all, (double)days, DAY_VISITORS, user_seconds() - began);
}

/* 2.7 come a minute, a visit takes one on average; first come first served needs no more than when each is free. */
static void run_mmc(uint64_t seed, long customers)
{
    Stream arrivals = stream_of(seed, 0), services = stream_of(seed, 1);
    int64_t free_ms[SERVERS] = {0, 0, 0};
    Sums sums = {customers, 0, 0, 0};
    double clock_ms = 0, began = user_seconds();
    for (long k = 0; k < customers; k++) {
        clock_ms += exponential(&arrivals) * (MINUTE_MS / 2.7);
        int64_t arrived_ms = (int64_t)(clock_ms + 0.5);
        int64_t service_ms = (int64_t)(exponential(&services) * MINUTE_MS + 0.5);
        int first = free_ms[1] < free_ms[0];
        first = free_ms[2] < free_ms[first] ? 2 : first;
        int64_t began_ms = free_ms[first] > arrived_ms ? free_ms[first] : arrived_ms;
        free_ms[first] = began_ms + service_ms;
        sums.waited_ms += began_ms - arrived_ms;
        sums.within += began_ms - arrived_ms <= TARGET_MS;
    }
    print_sums(sums, 1, (double)customers, user_seconds() - began);
}

int main(int argc, char **argv)
{
    build(&NORMAL, NORMAL_TAIL, NORMAL_AREA, normal_density, normal_inverse);
    build(&EXPONENTIAL, EXPONENTIAL_TAIL, EXPONENTIAL_AREA, exponential_density, exponential_inverse);
    if ((argc == 4 || argc == 5) && !strcmp(argv[1], "trace"))
        run_trace(argv[2], number(argv[3], "how often must be a whole number above 0"), argc == 5 ? argv[4] : NULL);
    else if (argc == 4 && !strcmp(argv[1], "drawn"))
        run_drawn((uint64_t)number(argv[2], "the seed must be a whole number above 0"),
                  number(argv[3], "the days must be a whole number above 0"));
    else if (argc == 4 && !strcmp(argv[1], "mmc"))
        run_mmc((uint64_t)number(argv[2], "the seed must be a whole number above 0"),
                number(argv[3], "the customers must be a whole number above 0"));
    else
        refuse("trace FILE REPEATS [CALLS] | drawn SEED DAYS | mmc SEED CUSTOMERS");
    return 0;
}
